import type { Outcome } from "@tocsin/alert/plugin";
import type { PermitPriority } from "@tocsin/rate-limiter";
import type { RESTPostAPIWebhookWithTokenJSONBody } from "discord-api-types/v10";
import type { FetchedMessage, FetchedUser, MessageQuery, ReactionQuery } from "./fetched.ts";

/**
 * A message as Discord's webhook route takes it, without what the operation itself says (thread, wait). A bot has the name
 * and the picture of its account: for it `username` and `avatar_url` are left out.
 */
export type DiscordMessage = Omit<RESTPostAPIWebhookWithTokenJSONBody, "thread_name" | "applied_tags">;

/** A file that goes with a message, as plain data. `attachment://<name>` in an embed or a component refers to it. */
export interface DiscordFile {
  /** Unique in the message. */
  readonly name: string;
  /** The bytes, in base64. At most 10 MiB of bytes a file, 25 MiB a message, 10 files: https://docs.discord.com/developers/reference */
  readonly base64: string;
  /** @default "application/octet-stream" */
  readonly contentType?: string;
  /** Read to those who cannot see it; at most 1024 code points. */
  readonly description?: string;
  readonly isSpoiler?: boolean;
}

/** Where a message is, as Discord answered. `threadId` is set when the channel is a thread or a forum post. */
export interface MessageRef {
  readonly channelId: string;
  readonly messageId: string;
  readonly threadId?: string;
}

/** How long a thread stays in sight without news, in minutes. https://docs.discord.com/developers/resources/channel */
export type AutoArchiveMinutes = 60 | 1440 | 4320 | 10_080;

/** One call to Discord, as plain data: it can be stored, sealed and repeated byte for byte. */
export type DiscordOperation =
  /**
   * Posts a message: into `threadId` when given (an archived thread opens by itself unless it is locked); as a new forum post
   * called `threadName` when given (forum channels only); else into the channel. `replyTo` is the id of a message of the same
   * channel or thread; when that message is gone, the message is posted all the same.
   */
  | {
      readonly kind: "send";
      readonly message: DiscordMessage;
      readonly files?: readonly DiscordFile[];
      readonly threadId?: string;
      readonly threadName?: string;
      readonly appliedTagIds?: readonly string[];
      readonly replyTo?: string;
    }
  /** Replaces a message of this transport, its files too. */
  | {
      readonly kind: "edit";
      readonly messageId: string;
      readonly threadId?: string;
      readonly message: DiscordMessage;
      readonly files?: readonly DiscordFile[];
    }
  /** Deletes a message of this transport. Already gone counts as delivered. */
  | { readonly kind: "delete"; readonly messageId: string; readonly threadId?: string }
  /** Starts a thread from a message of the channel. Its id is the message's; one that is there already counts as delivered. */
  | {
      readonly kind: "start-thread";
      readonly messageId: string;
      readonly name: string;
      readonly autoArchiveMinutes?: AutoArchiveMinutes;
    }
  /** Changes a thread or forum post: opens or closes (archives) it, names it, sets its tags. Closing a closed one counts as delivered. */
  | {
      readonly kind: "update-thread";
      readonly threadId: string;
      readonly archived?: boolean;
      readonly locked?: boolean;
      readonly name?: string;
      readonly appliedTagIds?: readonly string[];
    }
  /** Adds the transport's own reaction: a Unicode emoji, or `name:id` of a custom one. */
  | { readonly kind: "react"; readonly messageId: string; readonly threadId?: string; readonly emoji: string };

/** The name of an operation. */
export type OperationKind = DiscordOperation["kind"];

/** What belongs to one execution and not to the operation. */
export interface ExecuteOptions {
  /** Identity of the sealed send, at most 25 characters. A transport that can enforce it does; a webhook cannot. */
  readonly nonce: string;
  /** Epoch milliseconds after which nothing new is started. */
  readonly deadlineAt?: number;
  /** Who goes first where requests have to wait for Discord's limits. @default "normal" */
  readonly priority?: PermitPriority;
  /**
   * Longest wait for Discord's limits, in milliseconds. A call that would wait longer comes back as `retryable`, `deferred`,
   * with the time after which it may go. Only a transport with a limiter waits. @default Infinity
   */
  readonly maxPermitWaitMs?: number;
  /** Gives up waiting. What was already on the wire comes back as `unknown`. */
  readonly signal?: AbortSignal;
}

/** How a question is asked: as an operation is executed, without a nonce. */
export type AskOptions = Omit<ExecuteOptions, "nonce">;

/** What a transport can do; a caller asks before it plans. What it cannot do comes back as `rejected`, `unsupported`. */
export interface TransportCapabilities {
  /** Whether a repeated nonce within Discord's window cannot create a second message. Not for forum posts. */
  readonly enforcesNonce: boolean;
  readonly edits: boolean;
  /** Whether `replyTo` makes a reply; else the message stands alone. */
  readonly replies: boolean;
  /** Whether it can start a thread from a message in a text channel. */
  readonly startsThreads: boolean;
  /** Whether it can open, close, name and tag threads (`update-thread`). */
  readonly managesThreads: boolean;
  readonly reacts: boolean;
  /** Whether it can read: `findSent`, `fetchMessages`, `fetchReactions`. */
  readonly reads: boolean;
  /** Whether buttons and menus of its messages reach a program. */
  readonly interacts: boolean;
}

/** What is known of a call whose answer never came. */
export interface LostSend {
  readonly operation: DiscordOperation & { readonly kind: "send" };
  /** The nonce it went out with. */
  readonly nonce: string;
  /** Epoch milliseconds before which it was surely not sent. A minute of difference between the clocks is allowed for. */
  readonly sentAfter: number;
}

/**
 * One way into Discord.
 *
 * `execute` makes at most one HTTP request, never retries by itself and never throws for what Discord or the network
 * did: that is the `Outcome`. Executions may run concurrently; order is the caller's business. A delivered `delete`
 * returns the reference of what was deleted; `start-thread` and `update-thread` return the thread, with the message that it
 * began with as `messageId` (the ids are the same).
 */
export interface Transport {
  readonly capabilities: TransportCapabilities;
  execute(operation: DiscordOperation, options: ExecuteOptions): Promise<Outcome<MessageRef>>;
  /**
   * Looks for messages that a call may have made whose answer was lost, for when the nonce is forgotten. Only messages of this
   * transport's own author that say the same; oldest first. Makes a few requests at most: it sees the first 1,000 messages from a
   * minute before `sentAfter` on; of a forum, ten posts of that name among the open ones and the 100 last closed. Without the right
   * to read the history Discord shows nothing, and nothing is found. Absent: this transport cannot read.
   */
  readonly findSent?: (sent: LostSend, options?: AskOptions) => Promise<Outcome<readonly MessageRef[]>>;
  /** Messages of the channel or of a thread of it, newest first. Absent: this transport cannot read. */
  readonly fetchMessages?: (query: MessageQuery, options?: AskOptions) => Promise<Outcome<readonly FetchedMessage[]>>;
  /** Who reacted to a message with an emoji, by user id, ascending. Absent: this transport cannot read. */
  readonly fetchReactions?: (query: ReactionQuery, options?: AskOptions) => Promise<Outcome<readonly FetchedUser[]>>;
  /**
   * How long each of these calls would wait for Discord's limits if all of them were made now, in milliseconds and in the
   * same order; takes nothing. Absent: this transport does not know, and calls do not wait.
   */
  readonly estimateWaits?: (
    operations: readonly DiscordOperation[],
    options?: { readonly priority?: PermitPriority },
  ) => Promise<readonly number[]>;
  /** Closes idle connections. Executions under way finish first. */
  close(): Promise<void>;
}
