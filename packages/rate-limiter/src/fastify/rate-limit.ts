import { trace } from "@opentelemetry/api";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import fastifyPlugin from "fastify-plugin";
import type { RateLimitDecision } from "../driver.ts";
import { type RateLimitHeaderOptions, toRateLimitHeaders } from "../http-headers.ts";
import type { RateLimiter } from "../rate-limiter.ts";
import { ATTRIBUTES } from "../semconv.ts";
import { addRateLimitHeaders } from "./add-headers.ts";

/** Settings of {@link rateLimit}. */
export interface RateLimitPluginOptions {
  readonly limiter: RateLimiter;
  /** Who is limited: the key to take from. `null` lets the request pass without a take and without headers. */
  readonly keyOf: (request: FastifyRequest) => string | null | Promise<string | null>;
  /** What the request costs, from 1 to the limiter's limit. @default 1 for every request */
  readonly costOf?: (request: FastifyRequest) => number;
  /**
   * When the limit is asked. Both come before the body is read. `preParsing` comes after the `onRequest` hooks of the
   * route, for a key that one of those finds out: who has signed in.
   *
   * @default "onRequest"
   */
  readonly hook?: "onRequest" | "preParsing";
  /** @default both families of headers */
  readonly headers?: RateLimitHeaderOptions;
  /**
   * Answers a denied request: returns the body, or sends the reply and returns that. Status 429 and the headers are set
   * already; a status set here wins.
   *
   * @default a JSON body `{"error": {"code": "rate_limit", "message": "…"}}`
   */
  readonly reply?: (request: FastifyRequest, reply: FastifyReply, denial: RateLimitDecision) => unknown;
}

const refuse: NonNullable<RateLimitPluginOptions["reply"]> = (_request, _reply, { retryAfterMs }) => ({
  error: { code: "rate_limit", message: `Too many requests. Try again in ${Math.ceil(retryAfterMs / 1_000)} s.` },
});

/**
 * Limits every route of the scope that it is registered in, and of the scopes below. Register it in a scope of its own
 * (`app.register(async (scope) => …, { prefix })`) to limit some routes only; register it again for a second limit.
 *
 * Each answer gets the headers of {@link toRateLimitHeaders}. With several limits the structured fields list them all, and
 * the others tell of the one with the least remaining. The active span gets the limiter's name and the outcome.
 *
 * What the limiter rejects with goes to the error handler: `RATE_LIMITER_UNAVAILABLE`, when Redis is gone and the limiter has
 * no fallback.
 */
export const rateLimit = fastifyPlugin(
  async (app: FastifyInstance, options: RateLimitPluginOptions) => {
    const { limiter, keyOf, costOf = () => 1, hook = "onRequest", headers, reply: answer = refuse } = options;

    const limit = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
      const key = await keyOf(request);
      if (key === null) return undefined;
      const decision = await limiter.take(key, costOf(request));
      trace.getActiveSpan()?.setAttributes({
        [ATTRIBUTES.name]: limiter.name,
        [ATTRIBUTES.outcome]: decision.allowed ? "allowed" : "denied",
      });
      addRateLimitHeaders(reply, toRateLimitHeaders(limiter, decision, headers));
      if (decision.allowed) return undefined;
      reply.code(429);
      const body = await answer(request, reply, decision);
      if (body !== undefined && body !== reply) reply.send(body);
      return reply;
    };

    if (hook === "onRequest") app.addHook("onRequest", limit);
    else {
      app.addHook("preParsing", async (request, reply) => {
        await limit(request, reply);
      });
    }
  },
  { name: "@tocsin/rate-limiter/fastify", fastify: "5.x" },
);
