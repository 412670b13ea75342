import type { Drain, Lease, Settlement } from "@tocsin/queue";
import { planAndSeal } from "./plan-round.ts";
import { type SendOptions, sendAndSettle } from "./send-and-settle.ts";
import { surely } from "./surely.ts";

/** A drain ends after this many calls or this long, so that lanes take turns. */
const MAX_SEND_COUNT = 20;
const MAX_DRAIN_MS = 5_000;
/** Calls of one lane that are on the wire together. They never belong to one subject: it has one open delivery. */
const CONCURRENT_SEND_COUNT = 5;

export interface DrainOptions extends Omit<SendOptions, "stopSending"> {
  readonly leaseMs: number;
}

/** Makes the function that works on one lane: resume what was sealed, plan, seal, send, settle. */
export function createDrain(options: DrainOptions): Drain {
  const { log, leaseMs } = options;
  return async (lane, signal) => {
    // Not by the clock, since one that is set back would make the lease look longer than it is.
    const leaseEndsAt = performance.now() + leaseMs;
    const lease = await log.lease(lane, { leaseMs });
    if (lease === null) return null;
    const leaseOver = AbortSignal.timeout(Math.max(0, Math.floor(leaseEndsAt - performance.now())));
    const stopSending = AbortSignal.any([options.hardStop, leaseOver]);
    let limitedUntil: number | null;
    try {
      limitedUntil = await drainLease(lease, signal, { ...options, stopSending });
    } catch (error) {
      await surely(options, leaseEndsAt, () => log.release(lease));
      throw error;
    }
    const { nextDueAt } = await surely(options, leaseEndsAt, () => log.release(lease));
    // What is due waits for Discord's limits; it stays due, so that something more urgent is not held up with it.
    return nextDueAt === null ? null : Math.max(nextDueAt, limitedUntil ?? 0);
  };
}

/** What a round of a lane came to. */
type Round =
  | { readonly kind: "sent"; readonly count: number }
  /** The lane is to be left alone: it owes nothing, has failed, or waits for Discord's limits until `limitedUntil`. */
  | { readonly kind: "over"; readonly limitedUntil: number | null };

async function drainLease(lease: Lease, signal: AbortSignal, options: SendOptions): Promise<number | null> {
  const endAt = performance.now() + MAX_DRAIN_MS;
  // A destination that just failed is tried with one call, not with a burst.
  const maxCount = lease.failureCount > 0 ? 1 : CONCURRENT_SEND_COUNT;
  for (let sentCount = 0; sentCount < MAX_SEND_COUNT && performance.now() < endAt && !signal.aborted; ) {
    const round = await runRound(lease, maxCount, options);
    if (round.kind === "over") return round.limitedUntil;
    sentCount += round.count;
  }
  return null;
}

async function runRound(lease: Lease, maxCount: number, options: SendOptions): Promise<Round> {
  // What was sealed before a crash or a lost answer, and new plans beside it: one call that never succeeds stops no other.
  const resumed = await options.log.resume(lease, Math.ceil(maxCount / 2));
  const planned = await planAndSeal(lease, Math.max(1, maxCount - resumed.length), options);
  const sends = [...resumed, ...planned.sends];
  if (sends.length === 0) return { kind: "over", limitedUntil: planned.limitedUntil };
  // All of them end before the lease is given back: the next drainer must not repeat what is on the wire.
  const results = await Promise.allSettled(sends.map((send) => sendAndSettle(lease, send, options)));
  const sent = results.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
  if (!sent.some(({ settlement }) => pausesLane(settlement))) return { kind: "sent", count: sends.length };
  const deferrals = sent.flatMap(({ limitedUntil }) => limitedUntil ?? []);
  return { kind: "over", limitedUntil: deferrals.length === 0 ? null : Math.min(...deferrals) };
}

const pausesLane = ({ kind }: Settlement): boolean => kind === "reopened" || kind === "unknown" || kind === "fenced";
