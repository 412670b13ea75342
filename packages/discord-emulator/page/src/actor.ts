import {
  type Acting,
  actingAs,
  begun,
  dismissed,
  done,
  isPending,
  type Place,
  refused,
  statusChanged,
  taken,
} from "./acting.ts";
import type { ActingApi, ModalFields, Outcome } from "./acting-api.ts";
import { type Emoji, emojiText } from "./emoji.ts";
import type { Choice, Command, GivenOption, InteractionView } from "./interaction-wire.ts";
import type { DiscordEvent, Message } from "./wire.ts";

/** A command with what it is run on. */
export interface Invocation {
  readonly command: Command;
  readonly channelId: string;
  readonly options?: readonly GivenOption[];
  /** The message or user, for commands of those. */
  readonly targetId?: string;
  /** Where it was asked for. @default the channel */
  readonly place?: Place;
}

/**
 * Does what the acting user wants, one thing at a place at a time (reactions apart), and holds how it stands. What comes back for a user who has been exchanged
 * meanwhile is dropped. Promises tell whether it went well, and never reject.
 */
export interface Actor {
  readonly acting: Acting;
  /** Begins afresh as another user. */
  actAs(userId: string | null): void;
  press(message: Message, customId: string, values?: readonly string[]): Promise<boolean>;
  toggleReaction(message: Message, emoji: Emoji, op: "add" | "remove"): Promise<boolean>;
  write(channelId: string, content: string): Promise<boolean>;
  run(invocation: Invocation): Promise<boolean>;
  submitModal(fields: ModalFields): Promise<boolean>;
  closeModal(): void;
  commands(channelId: string): Promise<Outcome<readonly Command[]>>;
  /** What the application offers for the option that is `focused`. */
  complete(invocation: Invocation): Promise<Outcome<readonly Choice[]>>;
  receive(event: DiscordEvent): void;
}

export function createActor(options: { readonly api: ActingApi; readonly onChange: () => void }): Actor {
  const { api } = options;
  let acting = actingAs(null);

  function change(next: Acting): void {
    if (next === acting) return;
    acting = next;
    options.onChange();
  }

  async function attempt<T>(
    place: Place,
    customId: string | null,
    work: (userId: string) => Promise<Outcome<T>>,
    finish: (value: T) => Acting,
  ): Promise<boolean> {
    const { userId } = acting;
    if (userId === null || isPending(acting.attempts.get(place))) return false;
    change(begun(acting, place, customId));
    const outcome = await work(userId);
    if (acting.userId !== userId) return false;
    change(outcome.ok ? finish(outcome.value) : refused(acting, place, textOf(outcome, place), outcome.issues));
    return outcome.ok && acting.attempts.get(place)?.failure == null;
  }

  const interact = (
    place: Place,
    customId: string | null,
    work: (userId: string) => Promise<Outcome<InteractionView>>,
  ) => attempt(place, customId, work, (view) => taken(acting, place, view));

  const toCall = ({ command, channelId, options: given, targetId }: Invocation, userId: string) => ({
    channel_id: channelId,
    user_id: userId,
    name: command.name,
    application_id: command.application_id,
    type: command.type,
    ...(given && { options: given }),
    ...(targetId !== undefined && { target_id: targetId }),
  });

  const nobody = { ok: false, text: "Nobody is chosen to act as.", issues: [] } as const;

  return {
    get acting() {
      return acting;
    },
    actAs(userId) {
      if (userId !== acting.userId) change(actingAs(userId));
    },
    press: ({ id, channel_id }, custom_id, values) =>
      interact(`message:${id}`, custom_id, (user_id) =>
        api.click({ channel_id, message_id: id, user_id, custom_id, ...(values && { values }) }),
      ),
    async toggleReaction({ id, channel_id }, emoji, op) {
      // Several may be on their way at once: people react faster than a server answers.
      const { userId } = acting;
      if (userId === null) return false;
      const body = { channel_id, message_id: id, user_id: userId, emoji: emojiText(emoji), op };
      const outcome = await api.react(body);
      if (!outcome.ok && acting.userId === userId)
        change(refused(acting, `message:${id}`, textOf(outcome, `message:${id}`)));
      return outcome.ok;
    },
    write(channel_id, content) {
      const place: Place = `channel:${channel_id}`;
      return attempt(
        place,
        null,
        (user_id) => api.write({ channel_id, user_id, content }),
        () => done(acting, place),
      );
    },
    run: (invocation) =>
      interact(invocation.place ?? `channel:${invocation.channelId}`, null, (userId) =>
        api.run(toCall(invocation, userId)),
      ),
    async submitModal(fields) {
      const interaction_id = acting.modal?.interactionId;
      if (interaction_id === undefined) return false;
      return interact("modal", null, (user_id) => api.submit({ interaction_id, user_id, fields }));
    },
    closeModal: () => change(dismissed(acting)),
    commands: async (channel_id) =>
      acting.userId === null ? nobody : api.commands({ channel_id, user_id: acting.userId }),
    complete: async (invocation) => (acting.userId === null ? nobody : api.complete(toCall(invocation, acting.userId))),
    receive({ t, d }) {
      if (t === "INTERACTION_STATUS") change(statusChanged(acting, d as InteractionView));
    },
  };
}

/** A modal shows the issues beside its fields; elsewhere they are part of the text. */
function textOf(
  { text, issues }: { text: string; issues: readonly { where: string; expected: string }[] },
  place: Place,
): string {
  if (place === "modal" || issues.length === 0) return text;
  return `${text} ${issues.map(({ where, expected }) => `${where}: ${expected}`).join("; ")}`;
}
