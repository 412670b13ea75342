import type { FastifyReply } from "fastify";
import type { Refusal } from "../errors/refusal.ts";
import { type Limited, limitAnswer } from "../limits/limit-answer.ts";
import type { LimitScope } from "../limits/limiter.ts";
import type { Answer } from "./answer.ts";

/** What finally happens to a request: bytes, or a cut connection. */
export type Delivery =
  | {
      readonly kind: "send";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body?: Buffer;
      /** Set on 429s. */
      readonly scope?: LimitScope;
    }
  | { readonly kind: "reset" };

/** Every answer that comes from Discord itself, and not from its edge, has passed this proxy. */
const VIA = { via: "1.1 google" };

/**
 * Bytes of a route's result, with `headers` added. JSON is sent as exactly `application/json`: discord.py compares the
 * header with that text. A 204 has neither body nor content type: clients would parse it.
 */
export function toDelivery(result: Answer | Refusal, headers: Readonly<Record<string, string>> = {}): Delivery {
  if (result.kind === "refusal") {
    const { status, message, code, errors } = result;
    return sendJson(status, { message, code, ...(errors ? { errors } : {}) }, headers);
  }
  if (result.text !== undefined) {
    const type = { "content-type": "text/plain" };
    return {
      kind: "send",
      status: result.status,
      headers: { ...VIA, ...headers, ...type },
      body: Buffer.from(result.text),
    };
  }
  if (result.body !== undefined) return sendJson(result.status, result.body, headers);
  return { kind: "send", status: result.status, headers: { ...VIA, ...headers } };
}

/** JSON under exactly `application/json`. */
export function sendJson(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Delivery {
  return {
    kind: "send",
    status,
    headers: { ...VIA, ...headers, "content-type": "application/json" },
    body: Buffer.from(JSON.stringify(body)),
  };
}

/** A 429 of Discord's limiter. `now`: the time that its headers tell. */
export function sendLimited(limited: Limited, now: number): Delivery {
  const { headers, body } = limitAnswer(limited, now);
  return { ...sendJson(429, body, headers), scope: limited.scope } as Delivery;
}

/** The ban page of Cloudflare, Discord's edge: a 429 that is HTML and has no Via header. */
export function sendCloudflareBan(retryAfterMs: number): Delivery {
  const seconds = String(Math.max(1, Math.ceil(retryAfterMs / 1000)));
  return {
    kind: "send",
    status: 429,
    headers: { "content-type": "text/html; charset=UTF-8", "retry-after": seconds, server: "cloudflare" },
    body: Buffer.from("<!doctype html><title>Access denied</title><p>error code: 1015</p>\n"),
  };
}

/** Headers as Discord's documentation writes them. */
const DOCUMENTED_CASE = new Map(
  ["Limit", "Remaining", "Reset", "Reset-After", "Bucket", "Scope", "Global"].map((name) => [
    `x-ratelimit-${name.toLowerCase()}`,
    `X-RateLimit-${name}`,
  ]),
);

/** Carries deliveries out. */
export type Deliver = (reply: FastifyReply, delivery: Delivery) => FastifyReply;

/**
 * Creates the one that carries deliveries out. Answers tell the time of `now` (epoch milliseconds), and write the
 * rate-limit headers in small letters and as documented by turns: only their words count.
 */
export function createDeliver(now: () => number): Deliver {
  let isDocumentedCase = false;
  return (reply, delivery) => {
    if (delivery.kind === "reset") {
      reply.hijack();
      reply.raw.socket?.resetAndDestroy();
      return reply;
    }
    const { status, headers, body } = delivery;
    isDocumentedCase = !isDocumentedCase;
    for (const [name, value] of Object.entries(headers)) {
      const documented = isDocumentedCase ? DOCUMENTED_CASE.get(name) : undefined;
      // Fastify writes every name in small letters.
      if (documented) reply.raw.setHeader(documented, value);
      else reply.header(name, value);
    }
    return reply.code(status).header("date", new Date(now()).toUTCString()).send(body);
  };
}
