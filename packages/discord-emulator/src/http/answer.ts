import type { Refusal } from "../errors/refusal.ts";

/** A successful answer of a Discord route. */
export interface Answer {
  readonly kind: "answer";
  readonly status: number;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as plain text instead. */
  readonly text?: string;
  /** Ids of messages that this call wrote; empty when it wrote something else. Absent when it only read. */
  readonly wrote?: readonly string[];
}

/** What a route returns. */
export type RouteResult = Answer | Refusal;

/** An answer to a call that changed nothing. */
export function reply(body: unknown, status = 200): Answer {
  return { kind: "answer", status, body };
}

/** An answer to a call that changed something, `messageIds` among it. */
export function replyWritten(status: number, body: unknown, messageIds: readonly string[] = []): Answer {
  return { kind: "answer", status, wrote: messageIds, ...(body === undefined ? {} : { body }) };
}

/** 204 after a change. */
export function replyEmpty(messageIds: readonly string[] = []): Answer {
  return replyWritten(204, undefined, messageIds);
}
