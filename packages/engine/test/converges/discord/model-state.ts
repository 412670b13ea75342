import type { DiscordMessage } from "@tocsin/discord-transport";

/** A message, alive or deleted. Times are epoch milliseconds. */
export interface ModelMessage {
  readonly id: string;
  readonly createdAt: number;
  readonly authorId: string;
  /** The thread or forum post that it stands in. */
  readonly threadId: string | null;
  readonly replyTo: string | null;
  /** The sealed call that made it: calls that are repeated say the same. */
  readonly sendId: string;
  readonly hasNonce: boolean;
  /** What it shows now, and what it was made with. */
  body: DiscordMessage;
  readonly firstBody: DiscordMessage;
  isDeleted: boolean;
  /** Whether nobody was told that it was made. */
  isAnswerLost: boolean;
  /** The sealed call that edited it last. */
  editSendId: string | null;
  /** Whether nobody was told of that edit. */
  isEditAnswerLost: boolean;
}

/** A thread or a forum post; its first message has its id. */
export interface ModelThread {
  readonly id: string;
  readonly name: string;
  tagIds: readonly string[];
  isArchived: boolean;
  isLocked: boolean;
  isDeleted: boolean;
  activeAt: number;
  readonly archivesAfterMs: number;
  /** Whether people or refusals have come between: then nothing is expected of it. */
  isDisturbed: boolean;
}

/** What the server may forbid. */
export const PERMISSIONS = ["post", "edit", "post-in-thread", "start-thread", "manage-thread", "read"] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** What is going on in one channel. */
export interface ModelState {
  readonly isForum: boolean;
  readonly messages: ModelMessage[];
  readonly threads: Map<string, ModelThread>;
  readonly forbidden: Set<Permission>;
  /** Permissions that were ever taken away. */
  readonly wereForbidden: Set<Permission>;
  /** When an edit of an old message was refused. */
  readonly oldEditRefusals: number[];
}

const DISCORD_EPOCH_MS = 1_420_070_400_000n;
let increment = 0n;

/** An id of that moment, greater than every earlier one of the same moment. */
export function snowflakeAt(timeMs: number): string {
  increment = (increment + 1n) % 4_194_304n;
  return String(((BigInt(Math.floor(timeMs)) - DISCORD_EPOCH_MS) << 22n) + increment);
}

/** The messages of a channel that people can see. */
export const liveMessages = ({ messages, threads }: ModelState): readonly ModelMessage[] =>
  messages.filter(({ isDeleted, threadId }) => !isDeleted && !(threadId !== null && threads.get(threadId)?.isDeleted));
