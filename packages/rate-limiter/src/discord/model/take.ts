import type { DiscordRoute } from "../discord-route.ts";
import type { BucketModel, TakeAnswer, TakeRequest } from "../limit-driver.ts";
import { openMs } from "./address.ts";
import { type Bucket, createBucket, modelOf } from "./bucket.ts";
import { takeSlot, waitForGlobal } from "./global-line.ts";
import { bucketKeyOf, currentKey, type Gates, gatesOf, type LimitsState, type Moment } from "./limits-state.ts";
import { aheadCount, join, type Line, quit } from "./line.ts";
import { waitFor } from "./wait-for.ts";

const linesOf = ({ bucket, channel, global }: Gates): readonly Line[] =>
  [bucket, channel, global].filter((line) => line !== null);

function refusalOf(state: LimitsState, route: DiscordRoute, nowMs: number): TakeAnswer | null {
  if (route.credential !== null && state.deadCredentials.has(route.credential)) {
    return { kind: "refused", reason: "credential-dead", retryAfterMs: Number.POSITIVE_INFINITY };
  }
  const retryAfterMs = openMs(state.address, nowMs);
  return retryAfterMs > 0 ? { kind: "refused", reason: "breaker-open", retryAfterMs } : null;
}

const isOutdated = ({ kind, learnedAt }: Bucket, maxAgeMs: number | null, nowMs: number): boolean =>
  maxAgeMs !== null && kind !== "open" && learnedAt < nowMs - maxAgeMs;

/** The first gate that is closed, and for how long. `extraCount` further requests of the same queue go first. */
function closedGate(
  gates: Gates,
  { waiterId, level, mayUseReserve }: Pick<TakeRequest, "waiterId" | "level" | "mayUseReserve">,
  { nowMs, limits }: Moment,
  extraCount = 0,
) {
  for (const gate of ["bucket", "channel"] as const) {
    const line = gates[gate];
    if (line === null) continue;
    const ahead = aheadCount(line, waiterId, level, nowMs) + extraCount;
    const waitMs = waitFor(line, { nowMs, aheadCount: ahead, mayUseReserve });
    if (waitMs > 0) return { gate, line, waitMs, periodMs: line.periodMs };
  }
  if (gates.global === null) return null;
  const limitCount = limits.globalPerSecond;
  const ahead = aheadCount(gates.global, waiterId, level, nowMs) + extraCount;
  const waitMs = waitForGlobal(gates.global, { nowMs, limitCount, aheadCount: ahead, mayUseReserve });
  if (waitMs <= 0) return null;
  return { gate: "global" as const, line: gates.global, waitMs, periodMs: 1_000 / limitCount };
}

/** Grants a permit, or puts the waiter in line at the first closed gate. */
export function take(state: LimitsState, request: TakeRequest, moment: Moment): TakeAnswer {
  const { route, waiterId, permitId, level } = request;
  const { nowMs, limits } = moment;
  const refusal = refusalOf(state, route, nowMs);
  if (refusal !== null) return refusal;
  const gates = gatesOf(state, route, moment);
  if (isOutdated(gates.bucket, request.maxAgeMs, nowMs)) gates.bucket.kind = "unknown";
  const closed = closedGate(gates, request, moment);
  for (const line of linesOf(gates)) if (line !== closed?.line) quit(line, waiterId);
  if (closed !== null) {
    const { gate, line, waitMs, periodMs } = closed;
    const pollMs = join(line, { id: waiterId, level }, waitMs, nowMs);
    return { kind: "wait", gate, pollMs, estimateMs: waitMs, periodMs };
  }
  const held = { id: permitId, template: route.template, takenAt: nowMs, expiresAt: nowMs + limits.permitMs };
  gates.bucket.held.push(held);
  gates.channel?.held.push(held);
  if (gates.global !== null) takeSlot(gates.global, permitId, held.expiresAt, nowMs);
  for (const line of linesOf(gates)) line.turnCount += 1;
  return {
    kind: "granted",
    permitId,
    route,
    bucketKey: gates.key,
    takenAt: nowMs,
    expiresAt: held.expiresAt,
    model: modelOf(gates.bucket),
    processCount: 1,
  };
}

/** How long each of `count` further requests of this waiter would wait. */
export function estimate(
  state: LimitsState,
  request: Pick<TakeRequest, "route" | "waiterId" | "level" | "mayUseReserve">,
  count: number,
  moment: Moment,
): readonly number[] {
  const refusal = refusalOf(state, request.route, moment.nowMs);
  if (refusal?.kind === "refused") return Array.from({ length: count }, () => refusal.retryAfterMs);
  const gates = gatesOf(state, request.route, moment);
  return Array.from({ length: count }, (_, index) => closedGate(gates, request, moment, index)?.waitMs ?? 0);
}

/** Takes a waiter out of every line. */
export function leave(state: LimitsState, { route, waiterId }: Pick<TakeRequest, "route" | "waiterId">): void {
  const { buckets, webhookChannels, globals } = state;
  const lines = [
    buckets.get(currentKey(state, route, 0)),
    webhookChannels.get(route.webhookChannel ?? ""),
    globals.get(route.credential ?? ""),
  ];
  for (const line of lines) if (line !== undefined) quit(line, waiterId);
}

/** Starts a bucket that nothing is known of with what was learned elsewhere. */
export function prime(
  state: LimitsState,
  route: DiscordRoute,
  model: BucketModel,
  fullAt: number,
  nowMs: number,
): void {
  const key = bucketKeyOf(route, route.template);
  if (state.buckets.has(key)) return;
  const { limitCount, periodMs } = model;
  const numbers = { limitCount, leastPeriodMs: periodMs, periodMs };
  state.buckets.set(key, { ...createBucket(nowMs), ...numbers, kind: "sliding", isSure: true, fullAt });
}
