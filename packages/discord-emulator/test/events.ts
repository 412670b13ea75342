import type { DiscordEmulator } from "../src/index.ts";
import { control } from "./support.ts";

/** One event as the control API streams it. */
export interface StreamedEvent {
  readonly t: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of every shape.
  readonly d: any;
}

const END = "the last event of this reading";

/** Everything that is announced while `act` runs, in order. */
export async function eventsDuring(emulator: DiscordEmulator, act: () => Promise<unknown>): Promise<StreamedEvent[]> {
  const { control_url, channels, users } = emulator.description;
  const response = await fetch(`${control_url}/events`);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  await act();
  await control(emulator, "POST", "/messages", {
    channel_id: channels.critical.id,
    user_id: users.bob.id,
    content: END,
  });
  let text = "";
  const decoder = new TextDecoder();
  while (!text.includes(END)) text += decoder.decode((await reader.read()).value, { stream: true });
  await reader.cancel();
  const events = [...text.matchAll(/^data: (.*)$/gm)].map((match) => JSON.parse(match[1] as string) as StreamedEvent);
  return events.slice(
    0,
    events.findIndex(({ d }) => d.content === END),
  );
}
