import type { Json, Outcome } from "@tocsin/alert/plugin";
import { isTocsinError } from "@tocsin/errors";
import {
  type DiscordLimiter,
  type DiscordRoute,
  type Permit,
  type PermitAnswer,
  type PermitPriority,
  type PermitRefusal,
  toDiscordRoute,
} from "@tocsin/rate-limiter";
import type { HttpExchange } from "./http-exchange.ts";
import type { DiscordOperation, ExecuteOptions, MessageRef } from "./transport.ts";
import type { Webhook } from "./webhook-url.ts";

/** Where one request counts. `channelId`: the channel of the webhook, once an answer has told it. */
export function routeOf(webhook: Webhook, operation: DiscordOperation, channelId: string | undefined): DiscordRoute {
  const execute = `/webhooks/${webhook.id}/${webhook.token}`;
  const options = channelId === undefined ? {} : { channelId };
  if (operation.kind === "send") return toDiscordRoute("POST", execute, options);
  const method = operation.kind === "edit" ? "PATCH" : "DELETE";
  return toDiscordRoute(method, `${execute}/messages/${operation.messageId}`, options);
}

type PermitWait = Pick<ExecuteOptions, "priority" | "maxPermitWaitMs" | "signal">;
type NoPermit = { readonly kind: "outcome"; readonly outcome: Outcome<MessageRef> };

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
function deferred({ reason, retryAfterMs }: PermitRefusal): Outcome<MessageRef> {
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

/** How long each request would wait, in the same order: requests of one route wait for each other. */
export async function estimateWaits(
  limiter: DiscordLimiter,
  routes: readonly DiscordRoute[],
  priority: PermitPriority,
): Promise<readonly number[]> {
  const byTemplate = Map.groupBy(routes.keys(), (index) => routes[index]?.template);
  const waits = routes.map(() => 0);
  for (const indexes of byTemplate.values()) {
    const route = routes[indexes[0] ?? 0];
    if (route === undefined) continue;
    const estimated = await limiter.estimate(route, { priority, count: indexes.length });
    for (const [position, index] of indexes.entries()) waits[index] = estimated[position] ?? 0;
  }
  return waits;
}
