import type { Json, Outcome } from "@tocsin/alert/plugin";
import { isTocsinError } from "@tocsin/errors";
import type {
  DiscordLimiter,
  DiscordRoute,
  Permit,
  PermitAnswer,
  PermitPriority,
  PermitRefusal,
} from "@tocsin/rate-limiter";
import type { HttpExchange } from "./http-exchange.ts";
import type { AskOptions } from "./transport.ts";

type PermitWait = Pick<AskOptions, "priority" | "maxPermitWaitMs" | "signal">;
type NoPermit = { readonly kind: "outcome"; readonly outcome: Outcome<never> };

/** Waits for the right to send, or tells why the call did not go out. */
export async function permitFor(
  limiter: DiscordLimiter,
  route: DiscordRoute,
  { priority = "normal", maxPermitWaitMs = Number.POSITIVE_INFINITY, signal }: PermitWait,
): Promise<Permit | NoPermit> {
  try {
    const answer = await limiter.acquire(route, {
      priority,
      maxWaitMs: Math.max(0, maxPermitWaitMs),
      ...(signal === undefined ? {} : { signal }),
    });
    return answer.kind === "permit" ? answer : { kind: "outcome", outcome: deferred(answer) };
  } catch (error) {
    // Without a permit nothing was sent, whatever the limiter stumbled over.
    const reason = signal?.aborted ? "aborted" : "other";
    const details = reason === "other" ? { details: { limiter: isTocsinError(error) ? error.code : "failed" } } : {};
    return { kind: "outcome", outcome: { kind: "retryable", reason, ...details } };
  }
}

/** A credential that is dead is the target's word, given before; everything else passes. */
function deferred({ reason, retryAfterMs }: PermitRefusal): Outcome<never> {
  const details: Json = { limiter: reason };
  if (reason === "credential-dead") return { kind: "rejected", reason: "unauthorized", details };
  return { kind: "retryable", reason: "deferred", retryAfterMs, details };
}

/** What an exchange teaches the limiter. */
export function answerOf(result: HttpExchange, channelId: string | undefined): PermitAnswer {
  if (result.kind !== "answered") return { kind: result.kind };
  const { status, headers, body } = result;
  return { kind: "answered", status, headers, body, ...(channelId === undefined ? {} : { channelId }) };
}

/**
 * How long each request would wait, in the same order: requests of one route wait for each other. Undefined stands for what
 * makes no request, and waits for nothing.
 */
export async function estimateWaits(
  limiter: DiscordLimiter,
  routes: readonly (DiscordRoute | undefined)[],
  priority: PermitPriority,
): Promise<readonly number[]> {
  const indexesByRoute = Map.groupBy(routes.keys(), (index) => {
    const route = routes[index];
    return route && `${route.template} ${route.major}`;
  });
  const waits = routes.map(() => 0);
  for (const indexes of indexesByRoute.values()) {
    const route = routes[indexes[0] ?? 0];
    if (route === undefined) continue;
    const estimated = await limiter.estimate(route, { priority, count: indexes.length });
    for (const [position, index] of indexes.entries()) waits[index] = estimated[position] ?? 0;
  }
  return waits;
}
