import type { Transport, TransportCapabilities } from "../transport.ts";

/** The two functions of a test runner that the suite needs. Those of vitest, jest and node:test fit. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  test(name: string, body: () => Promise<void>): unknown;
}

/** A message as the far end has it now. */
export interface FarMessage {
  readonly id: string;
  readonly content: string;
  readonly embedTitles: readonly string[];
  readonly componentCount: number;
  /** Ids of the users that it pinged. */
  readonly mentionedUserIds: readonly string[];
  readonly mentionedRoleIds: readonly string[];
  readonly mentionsEveryone: boolean;
  /** The id of the message that it replies to. */
  readonly repliesTo: string | undefined;
  readonly flags: number;
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** How many have reacted, by emoji: a Unicode one, or the name of a custom one. */
  readonly reactionCounts: Readonly<Record<string, number>>;
}

/** A thread or forum post as the far end has it now. */
export interface FarThread {
  readonly name: string;
  readonly isArchived: boolean;
  readonly isLocked: boolean;
}

/**
 * What happens to the next request. `done` tells whether the far end carried it out first.
 *
 * - `answer`: it is answered with this and not carried out
 * - `cut`: the connection is reset without an answer
 * - `silence`: no answer comes, and the connection stays open
 * - `half-answer`: it is carried out, and the connection ends in the middle of the answer's body
 */
export type Fault =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** A text goes out as it is, anything else as JSON. */
      readonly body?: unknown;
    }
  | { readonly kind: "cut"; readonly done: boolean }
  | { readonly kind: "silence"; readonly done: boolean }
  | { readonly kind: "half-answer" };

/** A transport and its far end, for one test. */
export interface TransportWorld extends AsyncDisposable {
  /** Its time limit for one request must be long enough for a busy machine: seconds. */
  readonly transport: Transport;
  /** The same with a time limit of 200 to 300 milliseconds. */
  readonly impatientTransport: Transport;
  /** The text channel that it sends to when an operation names no thread. */
  readonly channelId: string;
  /** Starts a thread in that channel and gives its id. */
  startThread(): Promise<string>;
  /** Closes a thread or forum post, as time does. */
  archive(threadId: string): Promise<void>;
  thread(threadId: string): Promise<FarThread>;
  /** Somebody who can be mentioned there. */
  readonly userId: string;
  /** A role that everybody may mention there. */
  readonly roleId: string;
  /** That user writes in the channel; gives the message's id. */
  say(content: string): Promise<string>;
  /** Three people or more react to a message of the channel; gives their ids. */
  react(messageId: string, emoji: string): Promise<readonly string[]>;
  /** The same kind of transport for a forum channel; needed when the harness says `opensForumPosts`. */
  readonly forumTransport?: Transport;
  /** What may never appear in an outcome: tokens, paths with a token. */
  readonly secrets: readonly string[];
  /** Messages of a channel or thread, oldest first. */
  messages(channelId: string): Promise<readonly FarMessage[]>;
  /** How many requests the transport has made until now. */
  requestCount(): number;
  /** Spoils the next request. */
  spoilNext(fault: Fault): void;
  /** From now on connections are refused. */
  goDown(): Promise<void>;
}

/** How the suite gets its worlds. */
export interface TransportHarness {
  /** What the transport must say of itself, and prove. */
  readonly capabilities: TransportCapabilities;
  /** Whether a send with `threadName` opens a forum post. Without it those tests are not declared. */
  readonly opensForumPosts: boolean;
  /** Starts a world of its own. The suite disposes of it. */
  connect(): Promise<TransportWorld>;
}

/** Facts about one behaviour, as tests by name. */
export type Facts = Readonly<Record<string, (harness: TransportHarness) => Promise<void>>>;
