import type { Outcome } from "@tocsin/alert/plugin";
import type { PermitPriority } from "@tocsin/rate-limiter";
import type { RESTPostAPIWebhookWithTokenJSONBody } from "discord-api-types/v10";

/** A message as Discord's webhook route takes it, without what the operation itself says (thread, wait). */
export type DiscordMessage = Omit<RESTPostAPIWebhookWithTokenJSONBody, "thread_name" | "applied_tags">;

/** Where a message is, as Discord answered. `threadId` is set when the channel is a thread or a forum post. */
export interface MessageRef {
  readonly channelId: string;
  readonly messageId: string;
  readonly threadId?: string;
}

/** One call to Discord, as plain data: it can be stored, sealed and repeated byte for byte. */
export type DiscordOperation =
  /** Posts a message: into `threadId` when given; as a new forum post called `threadName` when given (forum channels only). */
  | {
      readonly kind: "send";
      readonly message: DiscordMessage;
      readonly threadId?: string;
      readonly threadName?: string;
      readonly appliedTagIds?: readonly string[];
    }
  /** Replaces a message of this transport. */
  | {
      readonly kind: "edit";
      readonly messageId: string;
      readonly threadId?: string;
      readonly message: DiscordMessage;
    }
  /** Deletes a message of this transport. Already gone counts as delivered. */
  | { readonly kind: "delete"; readonly messageId: string; readonly threadId?: string };

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

/** What a transport can do; a caller asks before it plans. */
export interface TransportCapabilities {
  /** Whether a repeated nonce within Discord's window cannot create a second message. */
  readonly enforcesNonce: boolean;
  readonly edits: boolean;
  /** Whether it can start a thread from a message in a text channel. */
  readonly startsThreads: boolean;
}

/**
 * One way into Discord.
 *
 * `execute` makes at most one HTTP request, never retries by itself and never throws for what Discord or the network
 * did: that is the `Outcome`. Executions may run concurrently; order is the caller's business. A delivered `delete`
 * returns the reference of what was deleted.
 */
export interface Transport {
  readonly capabilities: TransportCapabilities;
  execute(operation: DiscordOperation, options: ExecuteOptions): Promise<Outcome<MessageRef>>;
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
