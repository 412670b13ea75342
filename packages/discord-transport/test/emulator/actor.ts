import { createHand, type Expected, type ExpectedMessage, type Hand, type HandOptions } from "./hand.ts";
import type { Place } from "./mixed-world.ts";

export interface ActorOptions extends HandOptions {
  /** Whether one more operation is to be made; counts it. */
  readonly goOn: () => boolean;
}

/** More are closed before another is opened: a server has 1,000 open ones at most. */
const MAX_OPEN_THREAD_COUNT = 4;

/** Uses one place with one operation after the other, chosen by chance, until there are enough. */
export async function act(place: Place, options: ActorOptions): Promise<Expected> {
  const hand = createHand(place, options);
  while (options.goOn()) await options.random.pick(choicesOf(hand, place, options))();
  return hand;
}

/** What can be done now, each as often as it is to be likely. */
function choicesOf(hand: Hand, place: Place, { name, random }: ActorOptions): readonly (() => Promise<void>)[] {
  const { messages, threads } = hand;
  const isBot = place.path === "bot";
  const open = threads.filter(({ isArchived }) => !isArchived);
  const mayOpen = open.length < MAX_OPEN_THREAD_COUNT;
  const closedIds = new Set(threads.filter(({ isArchived }) => isArchived).map(({ threadId }) => threadId));
  // In a closed thread nothing can be edited, nor reacted to.
  const live = messages.filter(({ isDeleted, ref }) => !isDeleted && !closedIds.has(ref.threadId ?? ""));
  const own = live.filter(isInChannel);
  const threadless = own.filter(({ hasThread }) => !hasThread);
  const gone = messages.filter((message) => message.isDeleted && isInChannel(message));
  // The first message of a post stays: without it the post is no longer the same.
  const removable = live.filter(({ ref, hasThread }) => !hasThread && ref.threadId !== ref.messageId);
  const movable = mayOpen ? threads : open;

  const often = (times: number, isPossible: boolean, step: () => Promise<void>) =>
    isPossible ? Array<typeof step>(times).fill(step) : [];
  const toAny = <T>(times: number, isPossible: boolean, targets: readonly T[], step: (target: T) => Promise<void>) =>
    often(times, isPossible && targets.length > 0, () => step(random.pick(targets)));
  const reply = ({ ref }: ExpectedMessage) => hand.post({ replyTo: ref.messageId });
  return [
    ...often(5, !place.isForum, () => hand.post({})),
    ...often(3, place.isForum && mayOpen, () => hand.post({ threadName: `${name} post` })),
    ...toAny(2, isBot, own, reply),
    ...toAny(1, isBot && !place.isForum, gone, reply),
    ...toAny(4, true, threads, ({ threadId }) => hand.post({ threadId })),
    ...toAny(5, true, live, hand.edit),
    ...toAny(2, true, removable, hand.remove),
    ...toAny(2, isBot && mayOpen, threadless, hand.startThread),
    ...toAny(mayOpen ? 2 : 6, isBot, movable, (thread) => hand.archive(thread, !thread.isArchived)),
    ...toAny(2, isBot, live, hand.react),
    ...toAny(2, isBot, live, hand.read),
  ];
}

const isInChannel = ({ ref }: ExpectedMessage): boolean => ref.threadId === undefined;
