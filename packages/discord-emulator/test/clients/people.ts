import { waitFor } from "@tocsin/testkit";
import type { DiscordEmulator } from "../../src/index.ts";
import { type Answered, control, send } from "../support.ts";

/** A message, as the control API shows it. */
export type SeenMessage = Answered["json"];

/** What people do in one channel, and what they come to see there. */
export interface Onlooker {
  /** Writes as alice. */
  say(content: string): Promise<SeenMessage>;
  /** Reacts as alice. */
  react(messageId: string, emoji: string): Promise<void>;
  /** Clicks as alice; resolves when it was answered. */
  click(messageId: string, customId: string): Promise<Answered["json"]>;
  /** All messages of the channel, oldest first. */
  messages(): Promise<SeenMessage[]>;
  /** The oldest message that `matches`; waits until there is one. */
  see(matches: (message: SeenMessage) => boolean, channelId?: string): Promise<SeenMessage>;
}

/** Alice, in a channel of `emulator`. */
export function createOnlooker(emulator: DiscordEmulator, channel: "alerts" | "critical" = "alerts"): Onlooker {
  const { control_url, channels, users } = emulator.description;
  const channel_id = channels[channel].id;
  const user_id = users.alice.id;
  async function messages(channelId = channel_id): Promise<SeenMessage[]> {
    const { json } = await send("GET", `${control_url}/channels/${channelId}/messages?limit=100&user_id=${user_id}`);
    return json.reverse();
  }
  return {
    say: (content) => control(emulator, "POST", "/messages", { channel_id, user_id, content }),
    react: (message_id, emoji) =>
      control(emulator, "POST", "/reactions", { channel_id, message_id, user_id, emoji, op: "add" }),
    click: (message_id, custom_id) =>
      control(emulator, "POST", "/clicks?wait=true", { channel_id, message_id, user_id, custom_id }),
    messages: () => messages(),
    see: (matches, channelId) => waitFor(async () => (await messages(channelId)).find(matches), { timeoutMs: 10_000 }),
  };
}
