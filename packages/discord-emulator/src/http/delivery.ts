import type { FastifyReply } from "fastify";
import type { Refusal } from "../errors/refusal.ts";
import { limitAnswer } from "../limits/limit-answer.ts";
import type { LimitScope, NamedReading } from "../limits/limiter.ts";
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

/** A 429 of Discord's limiter. */
export function sendLimited(
  scope: LimitScope,
  retryAfterMs: number,
  bucket: NamedReading | undefined,
  now: number,
): Delivery {
  const { headers, body } = limitAnswer(scope, retryAfterMs, bucket, now);
  return { ...sendJson(429, body, headers), scope } as Delivery;
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

/** Carries a delivery out. */
export function deliver(reply: FastifyReply, delivery: Delivery): FastifyReply {
  if (delivery.kind === "reset") {
    reply.hijack();
    reply.raw.socket?.resetAndDestroy();
    return reply;
  }
  return reply.code(delivery.status).headers(delivery.headers).send(delivery.body);
}
