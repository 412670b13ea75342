import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyRequest } from "fastify";
import { describeErrorCode } from "../errors/error-codes.ts";
import { isRefusal, type Refusal } from "../errors/refusal.ts";
import type { FaultEffect } from "../faults/fault.ts";
import { findInteraction } from "../interactions/authorise-interaction.ts";
import { bucketHeaders } from "../limits/limit-answer.ts";
import { isSnowflake } from "../snowflake.ts";
import { authorise, findBot } from "./authorise.ts";
import { toBodyExcerpt } from "./body-excerpt.ts";
import type { Call, DiscordRoute } from "./call.ts";
import { checkAccess } from "./check-access.ts";
import { type Delivery, sendCloudflareBan, sendJson, sendLimited, toDelivery } from "./delivery.ts";
import { readBody } from "./read-body.ts";
import type { Services } from "./services.ts";

const DEFAULT_BAN_MS = 600_000;

/** How a request ended. */
export interface Served {
  readonly delivery: Delivery;
  /** Messages that it wrote; absent when it wrote nothing at all. */
  readonly wrote?: readonly string[];
  /** The answer on the wire does not tell what happened. */
  readonly isAnswerReplaced?: true;
  /** Without secrets of known shape. */
  readonly bodyExcerpt?: string;
}

/**
 * Takes one request through Discord's stages: edge ban, injected faults, authorisation, rate limits, permissions, body,
 * limits that depend on it, route. The real order is not documented. A write is stored before this resolves.
 */
export async function serve(services: Services, route: DiscordRoute, request: FastifyRequest): Promise<Served> {
  const { world, invalidRequests, limits } = services;
  const bannedMs = limits.profile === "strict" ? invalidRequests.bannedMs(request.ip) : 0;
  if (bannedMs > 0) return { delivery: sendCloudflareBan(bannedMs) };

  const params = request.params as Record<string, string>;
  const url = new URL(request.url, "http://localhost");
  const webhookId = params.webhook_id;
  const hiddenChannelId = findHiddenChannel(world, route, params);
  const target = {
    method: route.method,
    path: url.pathname,
    template: route.path,
    channelIds: [params.channel_id, hiddenChannelId, url.searchParams.get("thread_id")].filter(isPresent),
    webhookId,
  };
  for (const effect of services.faults.strike(target, "before")) {
    const delivery = await applyBefore(effect, world.state.now() + services.clockSkewMs, services.closing);
    if (delivery) return { delivery };
  }

  const bot = findBot(world, request.headers.authorization);
  const refusal = authorise(world, route.auth, params, bot);
  if (refusal) return { delivery: toDelivery(refusal) };

  const admission = limits.limiter.admit({
    rule: typeof route.limit === "function" ? route.limit({ world, params }) : route.limit,
    major:
      webhookId === undefined
        ? `${bot?.userId ?? ""}/${params.channel_id ?? params.guild_id ?? ""}`
        : `${webhookId}/${params.webhook_token ?? ""}`,
    caller: bot?.userId ?? request.ip,
    isOutsideGlobal: route.auth === "interaction",
  });
  const now = world.state.now() + services.clockSkewMs;
  if (admission.kind === "limited") return { delivery: sendLimited(admission, now) };
  const headers = bucketHeaders(admission.bucket, now);
  const seen = bot ? { ...world, presenter: world.presenterFor(bot.userId) } : world;
  const { closing: signal } = services;
  const unread = { world: seen, bot, params, query: url.searchParams, headers: request.headers, signal };
  const denial = checkAccess(route, unread);
  if (denial) return { delivery: toDelivery(denial, headers) };
  const read = route.takesBody ? await readBody(request, route.takesBody) : { body: {}, uploads: [] };
  // Files take their time: what let the caller through may have gone meanwhile.
  const change = request.isMultipart()
    ? (authorise(world, route.auth, params, bot) ?? checkAccess(route, unread))
    : undefined;
  if (change) return { delivery: toDelivery(change, headers) };
  if (isRefusal(read)) return { delivery: toDelivery(read, headers) };
  const call: Call = { ...unread, ...read };
  const draw = limits.limiter.draw(route.sublimits?.(call) ?? [], admission.bucket);
  if (draw.kind === "limited") return { delivery: sendLimited(draw, now) };
  // Before the route: after a write nothing may fail any more.
  const bodyExcerpt = toBodyExcerpt(read.list ?? read.body);
  const result = await route.handle(call);
  const delivery = toDelivery(result, headers);
  if (result.kind === "refusal" || result.wrote === undefined) return { delivery, bodyExcerpt };
  const [after] = services.faults.strike(target, "after");
  const replacement = after && applyAfter(after);
  if (!replacement) return { delivery, wrote: result.wrote, bodyExcerpt };
  return { delivery: replacement, wrote: result.wrote, isAnswerReplaced: true, bodyExcerpt };
}

/** The channel that a path means without naming it: its webhook's, its interaction's. */
function findHiddenChannel(
  world: Services["world"],
  { auth }: DiscordRoute,
  params: Record<string, string>,
): string | undefined {
  const { webhook_id: webhookId, interaction_id: interactionId } = params;
  if (![webhookId, interactionId].every((id) => id === undefined || isSnowflake(id))) return undefined;
  if (auth === "interaction") return findInteraction(world, params)?.channel_id;
  if (auth !== "webhook" || webhookId === undefined) return undefined;
  return world.state.webhooks.get(webhookId)?.channel_id;
}

function isPresent(value: string | null | undefined): value is string {
  return typeof value === "string";
}

async function applyBefore(effect: FaultEffect, now: number, closing: AbortSignal): Promise<Delivery | undefined> {
  switch (effect.kind) {
    case "latency":
      try {
        await sleep(effect.latency_ms, undefined, { signal: closing });
        return undefined;
      } catch {
        // The emulator closes: nobody waits for the rest.
        return { kind: "reset" };
      }
    case "status":
      return sendJson(
        effect.status,
        effect.body ?? { message: `${effect.status}: Injected Fault`, code: effect.code ?? 0 },
      );
    case "rate_limit":
      return sendLimited({ ...effect, retryAfterMs: effect.retry_after * 1000 }, now);
    case "reject":
      return toDelivery(toRefusal(effect.code, effect.errors));
    case "cloudflare_ban":
      return sendCloudflareBan(effect.retry_after === undefined ? DEFAULT_BAN_MS : effect.retry_after * 1000);
    case "reset":
      return { kind: "reset" };
    default:
      return undefined;
  }
}

function applyAfter(effect: FaultEffect): Delivery | undefined {
  if (effect.kind === "reset_after_commit") return { kind: "reset" };
  if (effect.kind !== "status_after_commit") return undefined;
  return sendJson(effect.status, { message: `${effect.status}: Injected Fault`, code: 0 });
}

function toRefusal(code: number, errors: object | undefined): Refusal {
  return {
    kind: "refusal",
    code,
    ...describeErrorCode(code),
    ...(errors ? { errors: errors as NonNullable<Refusal["errors"]> } : {}),
  };
}
