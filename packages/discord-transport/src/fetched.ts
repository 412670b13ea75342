import type { APIMessage, APIUser } from "discord-api-types/v10";

/** A message as Discord's REST answers it. */
export type FetchedMessage = APIMessage;

/** A user as Discord's REST answers it. */
export type FetchedUser = APIUser;

/** Which messages to read. At most one of `before`, `after`, `around`. */
export interface MessageQuery {
  /** A thread or forum post of the channel. Absent: the channel itself. */
  readonly threadId?: string;
  /** 1 to 100. @default 50 */
  readonly maxCount?: number;
  /** Ids of messages. */
  readonly before?: string;
  readonly after?: string;
  readonly around?: string;
}

/** Whose reactions to read. */
export interface ReactionQuery {
  readonly messageId: string;
  readonly threadId?: string;
  /** A Unicode emoji, or `name:id` of a custom one. */
  readonly emoji: string;
  /** The id of the last user of the page before. */
  readonly after?: string;
  /** 1 to 100. @default 25 */
  readonly maxCount?: number;
}
