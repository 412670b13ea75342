import type { Expected, ExpectedMessage } from "./hand.ts";
import type { MixedWorld } from "./mixed-world.ts";
import type { Tally } from "./run-surely.ts";

/** What the emulator shows otherwise than it should. */
export interface Differences {
  /** Operations that were delivered and cannot be seen. */
  readonly lost: readonly string[];
  /** Messages of bots beside the one that was delivered. */
  readonly botDoubles: readonly string[];
  /** The same of webhooks where nothing explains them. */
  readonly unexplainedDoubles: readonly string[];
  /** Where the emulator has lost an answer. */
  readonly lostAnswerDoubles: readonly string[];
  /** Where the transport's time limit was over first. */
  readonly slowDoubles: readonly string[];
  /** Messages that look different, or that nobody sent. */
  readonly wrong: readonly string[];
}

/** A message as the emulator's control API tells it. */
interface ShownMessage {
  readonly id: string;
  readonly type: number;
  readonly channel_id: string;
  readonly content: string;
  readonly attachments: readonly { readonly filename: string }[];
  readonly reactions?: readonly { readonly emoji: { readonly name: string }; readonly count: number }[];
  readonly message_reference?: { readonly message_id?: string };
}

interface ShownChannel {
  readonly id: string;
  readonly parent_id?: string | null;
  readonly thread_metadata?: { readonly archived: boolean };
}

/** A message that somebody wrote, or an answer to one; not what Discord says of threads. */
const ORDINARY_TYPES: ReadonlySet<number> = new Set([0, 19]);
const PAGE_COUNT = 100;

/** What may explain that a webhook's message stands there twice. */
export interface Evidence extends Pick<Tally, "timedOutTexts"> {
  readonly lostAnswerIds: ReadonlySet<string>;
}

export async function compareWithEmulator(
  world: MixedWorld,
  expected: readonly Expected[],
  { lostAnswerIds, timedOutTexts }: Evidence,
): Promise<Differences> {
  const { channels } = (await world.emulator.control("/state")) as { readonly channels: readonly ShownChannel[] };
  const homes = new Set(world.places.map(({ channelId }) => channelId));
  const ours = channels.filter(({ id, parent_id }) => homes.has(id) || homes.has(parent_id ?? ""));
  const byMarker = new Map<string, ShownMessage[]>();
  const wrong: string[] = expected.flatMap(({ untrue }) => untrue);
  for (const { id } of ours) {
    for (const message of await readChannel(world, id)) {
      const marker = /^\[[^\]]+\]/.exec(message.content)?.[0];
      if (marker === undefined) wrong.push(`${message.id} says ${JSON.stringify(message.content)}`);
      else byMarker.set(marker, [...(byMarker.get(marker) ?? []), message]);
    }
  }
  const lost: string[] = [];
  const doubles: ShownMessage[] = [];
  const botDoubles: string[] = [];
  for (const message of expected.flatMap(({ messages }) => messages)) {
    const shown = byMarker.get(message.marker) ?? [];
    byMarker.delete(message.marker);
    const own = shown.find(({ id }) => id === message.ref.messageId);
    const others = shown.filter((each) => each !== own);
    if (message.place.path === "webhook") doubles.push(...others);
    else botDoubles.push(...others.map(({ id }) => `${message.marker} ${id}`));
    if (own === undefined && !message.isDeleted) lost.push(`${message.marker} is not there`);
    if (own !== undefined) wrong.push(...differencesOf(message, own));
  }
  for (const [marker, shown] of byMarker) wrong.push(`nobody knows of ${marker} ${shown.map(({ id }) => id)}`);
  const threads = new Map(ours.map((channel) => [channel.id, channel]));
  for (const { threadId, isArchived } of expected.flatMap((each) => each.threads)) {
    const thread = threads.get(threadId);
    if (thread === undefined) lost.push(`thread ${threadId} is not there`);
    else if (thread.thread_metadata?.archived !== isArchived)
      wrong.push(`thread ${threadId} is not ${isArchived ? "closed" : "open"}`);
  }
  const byCause = Map.groupBy(doubles, ({ id, content }) => {
    if (lostAnswerIds.has(id)) return "lost answer";
    return timedOutTexts.has(content) ? "slow" : "unexplained";
  });
  const idsOf = (cause: "lost answer" | "slow" | "unexplained") =>
    (byCause.get(cause) ?? []).map(({ id, content }) => `${content} ${id}`);
  return {
    lost,
    wrong,
    botDoubles,
    unexplainedDoubles: idsOf("unexplained"),
    lostAnswerDoubles: idsOf("lost answer"),
    slowDoubles: idsOf("slow"),
  };
}

async function readChannel(world: MixedWorld, channelId: string): Promise<readonly ShownMessage[]> {
  const messages: ShownMessage[] = [];
  for (let before = ""; ; ) {
    const path = `/channels/${channelId}/messages?limit=${PAGE_COUNT}${before}`;
    const page = (await world.emulator.control(path)) as readonly ShownMessage[];
    messages.push(...page.filter(({ type }) => ORDINARY_TYPES.has(type)));
    if (page.length < PAGE_COUNT) return messages;
    before = `&before=${page.at(-1)?.id}`;
  }
}

function differencesOf(expected: ExpectedMessage, shown: ShownMessage): readonly string[] {
  const { marker, ref, isDeleted, text, fileNames, reactions, replyTo } = expected;
  if (isDeleted) return [`${marker} is still there`];
  const seen = {
    channel: shown.channel_id,
    text: shown.content,
    files: shown.attachments.map(({ filename }) => filename),
    reactions: (shown.reactions ?? []).map(({ emoji, count }) => `${emoji.name} ${count}`).toSorted(),
    reply: shown.message_reference?.message_id,
  };
  const wanted = {
    channel: ref.threadId ?? ref.channelId,
    text,
    files: fileNames,
    reactions: [...reactions].map((emoji) => `${emoji} 1`).toSorted(),
    reply: replyTo,
  };
  const [left, right] = [JSON.stringify(wanted), JSON.stringify(seen)];
  return left === right ? [] : [`${marker} should be ${left} and is ${right}`];
}
