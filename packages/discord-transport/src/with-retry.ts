import { setTimeout as delay } from "node:timers/promises";
import type { Json, Outcome } from "@tocsin/alert/plugin";
import { misuse } from "./errors.ts";
import type { AskOptions, DiscordOperation, Transport } from "./transport.ts";

/** Settings of {@link withRetry}. */
export interface RetryOptions {
  /** Nothing is started later than this after the call. Milliseconds, from 1 to 2,147,483,647. @default 60000 */
  readonly deadlineMs?: number;
  /** Upper bound of the first pause, in milliseconds, from 1. It doubles with each attempt. @default 500 */
  readonly baseMs?: number;
  /** Upper bound of every pause that the server did not ask for, in milliseconds, not less than `baseMs`. @default 30000 */
  readonly maxMs?: number;
  /** From 0 to 1. @default Math.random */
  readonly random?: () => number;
  /** Epoch milliseconds, of the same clock as the transport's. @default Date.now */
  readonly now?: () => number;
  /** Rejects when `signal` aborts. @default timers of Node */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * For how long Discord surely knows a nonce: "a few minutes" by its documents, which name no number; a part of that, for what
 * is on its way. https://docs.discord.com/developers/resources/message#create-message
 */
const NONCE_KNOWN_MS = 60_000;
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Whether a call without an answer may be repeated: `always` where a second time does no harm, `by-nonce` while Discord knows
 * the nonce of the first, `never` where a second time would show twice.
 */
type LostRule = "always" | "by-nonce" | "never";
type Failure = Exclude<Outcome<unknown>, { kind: "delivered" }>;

/**
 * Repeats what did not succeed, for programs that call a transport without a queue that would.
 *
 * - `retryable`: again, after the delay that the server asked for, else after a random one that grows.
 * - `unknown`: again where that cannot do harm: an edit, a delete, threads, reactions, whatever reads; and a send that is no
 *   forum post through a transport that enforces nonces, for a minute after the lost call. Never a webhook's send.
 * - `rejected`: never.
 *
 * The last outcome comes back, with `details.attempt_count` unless it is `delivered`. When an earlier attempt of a send had no
 * answer, no later one proves that nothing was done: it comes back as `unknown`, and `details.last_outcome` and
 * `details.last_reason` tell how the last one ended. Every attempt has the same nonce and makes its own request and span.
 *
 * Nothing starts after `deadlineMs` or the call's own `deadlineAt`, and no pause begins that would end after them. The call's
 * `signal` and `close` end a pause. Throws what the transport throws, and `TRANSPORT_OPTION_INVALID`.
 */
export function withRetry(transport: Transport, options: RetryOptions = {}): Transport {
  const { deadlineMs = 60_000, baseMs = 500, maxMs = 30_000, random = Math.random, now = Date.now } = options;
  const { sleep = (ms: number, signal: AbortSignal) => delay(ms, undefined, { signal }) } = options;
  checkOptions({ deadlineMs, baseMs, maxMs });
  const { findSent, fetchMessages, fetchReactions, estimateWaits } = transport;
  const closing = new AbortController();

  const pauseMs = (failure: Failure, attemptCount: number): number => {
    const serverMs = failure.kind === "retryable" ? (failure.retryAfterMs ?? 0) : 0;
    if (serverMs > 0) return Math.ceil(serverMs);
    return Math.max(1, Math.ceil(random() * Math.min(maxMs, baseMs * 2 ** Math.min(attemptCount - 1, 30))));
  };

  /** Tells whether the pause came to its end. */
  const pause = async (ms: number, signal: AbortSignal): Promise<boolean> => {
    try {
      await sleep(ms, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    return !signal.aborted;
  };

  const repeat = async <T>(
    attempt: (deadlineAt: number) => Promise<Outcome<T>>,
    rule: LostRule,
    ask: AskOptions,
  ): Promise<Outcome<T>> => {
    let deadlineAt = Math.min(now() + deadlineMs, ask.deadlineAt ?? Number.POSITIVE_INFINITY);
    let lost: Failure | undefined;
    for (let attemptCount = 1; ; attemptCount += 1) {
      const startedAt = now();
      const outcome = await attempt(deadlineAt);
      if (outcome.kind === "delivered") return outcome;
      if (outcome.kind === "unknown" && rule === "by-nonce" && lost === undefined) {
        lost = outcome;
        deadlineAt = Math.min(deadlineAt, startedAt + NONCE_KNOWN_MS);
      }
      const signal = ask.signal === undefined ? closing.signal : AbortSignal.any([closing.signal, ask.signal]);
      const ms = pauseMs(outcome, attemptCount);
      const goesOn =
        mayRepeat(outcome, rule) && !signal.aborted && now() + ms < deadlineAt && (await pause(ms, signal));
      if (!goesOn) return conclude(outcome, lost, attemptCount);
    }
  };

  const reading = <Query, T>(read: (query: Query, ask?: AskOptions) => Promise<Outcome<T>>) => {
    return (query: Query, ask: AskOptions = {}): Promise<Outcome<T>> =>
      repeat((deadlineAt) => read(query, { ...ask, deadlineAt }), "always", ask);
  };

  return {
    capabilities: transport.capabilities,
    execute: (operation, execution) =>
      repeat(
        (deadlineAt) => transport.execute(operation, { ...execution, deadlineAt }),
        lostRule(operation, transport),
        execution,
      ),
    ...(findSent && { findSent: reading(findSent.bind(transport)) }),
    ...(fetchMessages && { fetchMessages: reading(fetchMessages.bind(transport)) }),
    ...(fetchReactions && { fetchReactions: reading(fetchReactions.bind(transport)) }),
    ...(estimateWaits && { estimateWaits: estimateWaits.bind(transport) }),
    close() {
      closing.abort();
      return transport.close();
    },
  };
}

function lostRule(operation: DiscordOperation, { capabilities }: Transport): LostRule {
  if (operation.kind !== "send") return "always";
  return capabilities.enforcesNonce && operation.threadName === undefined ? "by-nonce" : "never";
}

function mayRepeat(failure: Failure, rule: LostRule): boolean {
  if (failure.kind === "unknown") return rule !== "never";
  // Those two are our own word: the time is over, the caller gave up.
  return failure.kind === "retryable" && failure.reason !== "expired" && failure.reason !== "aborted";
}

function conclude(last: Failure, lost: Failure | undefined, attemptCount: number): Failure {
  const details = { ...toObject(last.details), attempt_count: attemptCount };
  if (lost === undefined || last.kind === "unknown") return { ...last, details };
  const { kind: last_outcome, reason: last_reason } = last;
  return { kind: "unknown", reason: lost.reason, details: { ...details, last_outcome, last_reason } };
}

function toObject(details: Json | undefined): { readonly [key: string]: Json } {
  if (details === undefined || details === null) return {};
  if (typeof details !== "object" || Array.isArray(details)) return { details };
  return details as { readonly [key: string]: Json };
}

function checkOptions({ deadlineMs, baseMs, maxMs }: { deadlineMs: number; baseMs: number; maxMs: number }): void {
  if (!(deadlineMs >= 1 && deadlineMs <= MAX_TIMER_MS)) {
    throw misuse("TRANSPORT_OPTION_INVALID", `deadlineMs must be from 1 to ${MAX_TIMER_MS}, got ${deadlineMs}`);
  }
  if (!(baseMs >= 1 && maxMs >= baseMs && maxMs <= MAX_TIMER_MS)) {
    const range = `from 1 to ${MAX_TIMER_MS}, maxMs not less than baseMs`;
    throw misuse("TRANSPORT_OPTION_INVALID", `baseMs and maxMs must be ${range}, got ${baseMs} and ${maxMs}`);
  }
}
