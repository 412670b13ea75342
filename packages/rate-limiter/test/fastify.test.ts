import { context, trace } from "@opentelemetry/api";
import { recordSpans } from "@tocsin/testkit";
import fastify, { type FastifyInstance } from "fastify";
import { describe, expect, onTestFinished, test } from "vitest";
import { createMemoryDriver } from "../src/drivers/memory.ts";
import { type RateLimitPluginOptions, rateLimit } from "../src/fastify.ts";
import { createRateLimiter, type RateLimiterOptions } from "../src/index.ts";

/** A limiter whose time stands still. */
const limiterOf = (options: Partial<RateLimiterOptions> = {}) =>
  createRateLimiter({
    driver: createMemoryDriver(),
    limit: 2,
    windowMs: 60_000,
    now: () => 0,
    name: "api",
    ...options,
  });

const byUser: RateLimitPluginOptions["keyOf"] = ({ headers }) => (headers["x-user"] as string | undefined) ?? null;

function appWith(options: Partial<RateLimitPluginOptions> = {}, warnings: string[] = []): FastifyInstance {
  const app = fastify({ logger: { level: "warn", stream: { write: (line: string) => warnings.push(line) } } });
  onTestFinished(() => app.close());
  app.register(rateLimit, { limiter: limiterOf(), keyOf: byUser, ...options });
  app.register(async (scope) => {
    scope.get("/", async () => "hello");
    scope.post("/", async ({ body }) => body);
  });
  return app;
}

const get = (app: FastifyInstance, user = "ann", url = "/") => app.inject({ url, headers: { "x-user": user } });

/** The headers about limits. */
function limitsIn(headers: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => /^(?:ratelimit|retry-after)/.test(name)));
}

describe("the Fastify plugin", () => {
  test("lets the limit through, says what remains, and refuses the rest with 429", async () => {
    const app = appWith();
    const first = await get(app);
    expect([first.statusCode, first.body]).toEqual([200, "hello"]);
    expect(limitsIn(first.headers)).toEqual({
      "ratelimit-limit": "2",
      "ratelimit-remaining": "1",
      "ratelimit-reset": "30",
      ratelimit: '"api";r=1;t=30',
      "ratelimit-policy": '"api";q=2;w=60',
    });
    await get(app);
    const denied = await get(app);
    expect(denied.statusCode).toBe(429);
    expect(denied.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(denied.json()).toEqual({ error: { code: "rate_limit", message: "Too many requests. Try again in 30 s." } });
    expect(limitsIn(denied.headers)).toEqual({
      "ratelimit-limit": "2",
      "ratelimit-remaining": "0",
      "ratelimit-reset": "30",
      ratelimit: '"api";r=0;t=30',
      "ratelimit-policy": '"api";q=2;w=60',
      "retry-after": "30",
    });
  });

  test("limits each key for itself, and lets requests without a key pass unmarked", async () => {
    const app = appWith();
    for (let count = 0; count < 3; count += 1) await get(app, "ann");
    expect((await get(app, "bob")).statusCode).toBe(200);
    const anonymous = await app.inject("/");
    expect([anonymous.statusCode, limitsIn(anonymous.headers)]).toEqual([200, {}]);
  });

  test("tells of the limit on answers that fail too", async () => {
    const app = appWith();
    const missing = await get(app, "ann", "/missing");
    expect([missing.statusCode, missing.headers["ratelimit-remaining"]]).toEqual([404, "1"]);
  });

  test.each(["onRequest", "preParsing"] as const)("refuses before it has read the body: %s", async (hook) => {
    const app = appWith({ hook });
    let parsedCount = 0;
    app.addContentTypeParser("text/x-large", { parseAs: "string" }, async (_request: unknown, body: string) => {
      parsedCount += 1;
      return body;
    });
    const post = () =>
      app.inject({
        method: "POST",
        url: "/",
        headers: { "x-user": "ann", "content-type": "text/x-large" },
        payload: "body",
      });
    expect([(await post()).statusCode, (await post()).statusCode]).toEqual([200, 200]);
    expect((await post()).statusCode).toBe(429);
    expect(parsedCount).toBe(2);
  });

  test("knows in preParsing what the route's onRequest hooks have found out", async () => {
    const app = fastify();
    onTestFinished(() => app.close());
    app.decorateRequest("owner", "");
    const ownerOf = (request: unknown): string => (request as { owner: string }).owner;
    await app.register(rateLimit, { limiter: limiterOf(), keyOf: ownerOf, hook: "preParsing" });
    const onRequest = async (request: object): Promise<void> => void Object.assign(request, { owner: "ann" });
    app.get("/", { onRequest }, async () => "hello");
    const statuses = [];
    for (let count = 0; count < 3; count += 1) statuses.push((await app.inject("/")).statusCode);
    expect(statuses).toEqual([200, 200, 429]);
  });

  test("limits the scope that it is registered in and no other", async () => {
    const app = fastify();
    onTestFinished(() => app.close());
    const limited = (name: string, limit: number) => async (scope: FastifyInstance) => {
      await scope.register(rateLimit, { limiter: limiterOf({ name, limit }), keyOf: byUser });
      scope.get("/", async () => "hello");
      await scope.register(async (inner) => inner.get("/inner", async () => "hello"));
    };
    app.get("/", async () => "hello");
    app.register(limited("one", 1), { prefix: "/one" });
    app.register(limited("three", 3), { prefix: "/three" });

    const statusesOf = async (url: string) => {
      const statuses = [];
      for (let count = 0; count < 4; count += 1) statuses.push((await get(app, "ann", url)).statusCode);
      return statuses;
    };
    expect(await statusesOf("/")).toEqual([200, 200, 200, 200]);
    expect(await statusesOf("/one/inner")).toEqual([200, 429, 429, 429]);
    expect(await statusesOf("/one")).toEqual([429, 429, 429, 429]);
    expect(await statusesOf("/three")).toEqual([200, 200, 200, 429]);
  });

  test.each([
    ["burst before hour", [2, 10]],
    ["hour before burst", [10, 2]],
  ])("tells of two limits: %s", async (_order, [first = 0, second = 0]) => {
    const app = fastify();
    onTestFinished(() => app.close());
    for (const limit of [first, second]) {
      app.register(rateLimit, { limiter: limiterOf({ name: `l${limit}`, limit }), keyOf: byUser });
    }
    app.register(async (scope) => scope.get("/", async () => "hello"));
    const { headers } = await get(app);
    expect(headers["ratelimit-limit"]).toBe("2");
    expect(headers["ratelimit-remaining"]).toBe("1");
    expect(headers["ratelimit-policy"]).toBe(`"l${first}";q=${first};w=60, "l${second}";q=${second};w=60`);
    await get(app);
    const denied = await get(app);
    expect(denied.statusCode).toBe(429);
    expect(limitsIn(denied.headers)).toMatchObject({ "ratelimit-limit": "2", "retry-after": "30" });
  });

  test("charges what a request costs", async () => {
    const app = appWith({ costOf: ({ method }) => (method === "POST" ? 2 : 1) });
    await get(app);
    const denied = await app.inject({ method: "POST", url: "/", headers: { "x-user": "ann" } });
    expect([denied.statusCode, denied.headers["ratelimit-remaining"]]).toEqual([429, "1"]);
    expect((await get(app)).statusCode).toBe(200);
  });

  test("sends the headers that it was told to send, and Retry-After always", async () => {
    const namesOf = async (headers: RateLimitPluginOptions["headers"]) => {
      const app = appWith({ limiter: limiterOf({ limit: 1 }), ...(headers && { headers }) });
      await get(app);
      return Object.keys(limitsIn((await get(app)).headers)).sort();
    };
    expect(await namesOf({ structured: false })).toEqual([
      "ratelimit-limit",
      "ratelimit-remaining",
      "ratelimit-reset",
      "retry-after",
    ]);
    expect(await namesOf({ classic: false })).toEqual(["ratelimit", "ratelimit-policy", "retry-after"]);
    expect(await namesOf({ classic: false, structured: false })).toEqual(["retry-after"]);
  });

  test("answers a denial as it was told", async () => {
    const answers: Record<string, NonNullable<RateLimitPluginOptions["reply"]>> = {
      returns: (_request, _reply, { retryAfterMs }) => ({ success: false, wait: retryAfterMs }),
      "returns later": async (_request, _reply, { retryAfterMs }) => ({ success: false, wait: retryAfterMs }),
      "sends itself": (_request, reply, { retryAfterMs }) => reply.send({ success: false, wait: retryAfterMs }),
    };
    for (const [how, reply] of Object.entries(answers)) {
      for (const hook of ["onRequest", "preParsing"] as const) {
        const warnings: string[] = [];
        const app = appWith({ limiter: limiterOf({ limit: 1 }), reply, hook }, warnings);
        let handledCount = 0;
        app.addHook("preHandler", async () => {
          handledCount += 1;
        });
        // A hook that takes its time: the reply is under way and not yet sent.
        app.addHook("onSend", async (_request, _reply, payload) => {
          await new Promise(setImmediate);
          return payload;
        });
        await get(app);
        const denied = await get(app);
        expect([denied.statusCode, denied.json()], `${how}, ${hook}`).toEqual([429, { success: false, wait: 60_000 }]);
        expect(denied.headers["retry-after"]).toBe("60");
        expect([handledCount, warnings]).toEqual([1, []]);
      }
    }
    const app = appWith({ limiter: limiterOf({ limit: 1 }), reply: (_request, reply) => reply.code(503).send("busy") });
    await get(app);
    expect((await get(app)).statusCode).toBe(503);
  });

  test("leaves it to the error handler when nobody can decide, or the key cannot be told", async () => {
    const driver = createMemoryDriver();
    const broken = { ...driver, take: () => Promise.reject(new Error("down")) };
    for (const [options, code] of [
      [{ limiter: limiterOf({ driver: broken }) }, "RATE_LIMITER_UNAVAILABLE"],
      [{ keyOf: () => "" }, "RATE_LIMITER_KEY_INVALID"],
      [{ costOf: () => 3 }, "RATE_LIMITER_COST_TOO_HIGH"],
    ] as const) {
      const app = appWith(options);
      app.setErrorHandler((error: { code?: string }, _request, reply) => reply.code(503).send({ code: error.code }));
      const answer = await get(app);
      expect([answer.statusCode, answer.json()]).toEqual([503, { code }]);
    }
  });

  test("writes the outcome into the active span, and not the key", async () => {
    const spans = recordSpans();
    onTestFinished(() => spans.stop());
    const app = fastify();
    onTestFinished(() => app.close());
    const tracer = trace.getTracer("test");
    app.addHook("onRequest", (_request, reply, done) => {
      const span = tracer.startSpan("request");
      reply.raw.on("finish", () => span.end());
      context.with(trace.setSpan(context.active(), span), done);
    });
    await app.register(rateLimit, { limiter: limiterOf({ limit: 1 }), keyOf: byUser });
    app.get("/", async () => "hello");
    await get(app);
    await get(app);
    expect(spans.spans().map(({ attributes }) => attributes)).toEqual([
      { "tocsin.rate_limiter.name": "api", "tocsin.rate_limiter.outcome": "allowed" },
      { "tocsin.rate_limiter.name": "api", "tocsin.rate_limiter.outcome": "denied" },
    ]);
  });
});
