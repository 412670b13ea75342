import { metrics, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { createFakeClock, recordSpans, type SpanRecorder } from "@tocsin/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createDiscordLimiter } from "../../src/discord/create-discord-limiter.ts";
import type { Permit } from "../../src/discord/discord-limiter.ts";
import { toDiscordRoute } from "../../src/discord/discord-route.ts";
import { createMemoryLimitDriver } from "../../src/discord/memory-limit-driver.ts";

const CHANNEL = "123456789012345678";
const TOKEN = "kq2S_a-webhook-token-that-nobody-may-see";
const MESSAGES = toDiscordRoute("POST", `/channels/${CHANNEL}/messages`, { credential: "a-bot" });
const WEBHOOK = toDiscordRoute("POST", `/webhooks/${CHANNEL}/${TOKEN}`);

function open() {
  const clock = createFakeClock();
  const sleep = (ms: number, signal: AbortSignal) => clock.sleep(ms, signal);
  const limiter = createDiscordLimiter({ driver: createMemoryLimitDriver(), now: clock.now, sleep });
  const permit = async (route = MESSAGES): Promise<Permit> => {
    const answer = await limiter.acquire(route);
    if (answer.kind === "refused") throw new Error(answer.reason);
    return answer;
  };
  return { clock, limiter, permit };
}

const limited = (scope: string) =>
  ({
    kind: "answered",
    status: 429,
    headers: { via: "1.1 google", "x-ratelimit-scope": scope, "retry-after": "2" },
    body: { retry_after: 2 },
  }) as const;

describe("spans", () => {
  let spans: SpanRecorder;
  beforeEach(() => {
    spans = recordSpans();
  });
  afterEach(() => spans.stop());

  test("a wait is a span of whoever asked, with route, priority, time and outcome", async () => {
    const { clock, limiter, permit } = open();
    await (await permit()).settle(limited("user"));
    const asked = trace.getTracer("test").startActiveSpan("send", async (span) => {
      const answer = await limiter.acquire(MESSAGES, { priority: "critical" });
      span.end();
      return answer;
    });
    await clock.advanceThrough(2_100);
    await asked;
    const [wait, parent] = spans.spans();
    expect(wait).toMatchObject({
      name: "tocsin.discord.permit",
      instrumentationScope: { name: "@tocsin/rate-limiter" },
      parentSpanContext: { spanId: parent?.spanContext().spanId },
      attributes: {
        "tocsin.discord.template": "POST /channels/:id/messages",
        "tocsin.discord.priority": "critical",
        "tocsin.discord.waited_ms": 2_000,
        "tocsin.discord.outcome": "granted",
      },
    });
    const [seconds, nanoseconds] = wait?.duration ?? [0, 0];
    expect(seconds + nanoseconds / 1e9).toBeCloseTo(2, 2);
  });

  test("whoever does not wait has no span", async () => {
    const { limiter, permit } = open();
    const first = await permit();
    expect(await limiter.acquire(MESSAGES, { maxWaitMs: 0 })).toMatchObject({ kind: "refused" });
    await first.settle({ kind: "not-sent" });
    expect(spans.spans()).toEqual([]);
  });

  test("a wait in vain is an error, with its reason", async () => {
    const { clock, limiter, permit } = open();
    await (await permit()).settle(limited("user"));
    const controller = new AbortController();
    const aborted = limiter.acquire(MESSAGES, { signal: controller.signal });
    const refused = limiter.acquire(MESSAGES);
    await clock.advanceThrough(500);
    controller.abort(new Error("enough"));
    await expect(aborted).rejects.toThrow("enough");
    await clock.advanceThrough(500);
    await limiter.close();
    expect(await refused).toMatchObject({ kind: "refused" });
    expect(spans.spans().map(({ status, attributes }) => [status.code, attributes["tocsin.discord.outcome"]])).toEqual([
      [SpanStatusCode.ERROR, "aborted"],
      [SpanStatusCode.ERROR, "wait-too-long"],
    ]);
  });

  test("no span carries a token or an id", async () => {
    const { clock, limiter, permit } = open();
    const routes = [
      WEBHOOK,
      toDiscordRoute("PATCH", `/webhooks/${CHANNEL}/${TOKEN}/messages/@original`),
      toDiscordRoute("GET", "/invites/abcdef?with_counts=true"),
      toDiscordRoute("PUT", `/channels/${CHANNEL}/messages/${CHANNEL}/reactions/secret:${CHANNEL}/@me`, {
        credential: "a-bot",
      }),
      toDiscordRoute("POST", `/unheard-of/${TOKEN}/${CHANNEL}1234`, { credential: "a-bot" }),
    ];
    for (const route of routes) {
      await (await permit(route)).settle(limited("user"));
      void limiter.acquire(route);
    }
    await clock.advanceThrough(3_000);
    await limiter.close();
    const written = JSON.stringify(spans.spans().map(({ name, attributes, status }) => ({ name, attributes, status })));
    expect(spans.spans()).toHaveLength(routes.length);
    for (const secret of [CHANNEL, TOKEN, "abcdef", "secret", "a-bot"]) expect(written).not.toContain(secret);
  });
});

describe("metrics", () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  afterEach(() => {
    metrics.disable();
    exporter.reset();
  });

  /** Every point by name: attributes and value. */
  async function collect(): Promise<Readonly<Record<string, unknown>>> {
    await reader.forceFlush();
    const points = exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .flatMap(({ metrics: each }) => each)
      .map(({ descriptor, dataPoints }) => [
        descriptor.name,
        dataPoints.map(({ attributes, value }) => [
          attributes,
          typeof value === "number" ? value : { count: value.count, sum: "sum" in value ? value.sum : undefined },
        ]),
      ]);
    return Object.fromEntries(points);
  }

  test("tell waits, refusals, limits and what is known, also when the provider is registered later", async () => {
    const { clock, limiter, permit } = open();
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
    await (await permit()).settle(limited("user"));
    const waiting = permit();
    await clock.advanceThrough(2_100);
    const headers = {
      "x-ratelimit-bucket": "hash",
      "x-ratelimit-limit": "5",
      "x-ratelimit-remaining": "4",
      "x-ratelimit-reset-after": "1.000",
    };
    await (await waiting).settle({ kind: "answered", status: 200, headers });
    await (await permit()).settle({
      kind: "answered",
      status: 403,
      headers: { ...headers, "x-ratelimit-remaining": "3" },
    });
    const refused = await permit(WEBHOOK);
    await limiter.acquire(WEBHOOK, { maxWaitMs: 0 });
    await refused.settle(limited("shared"));
    expect(await collect()).toEqual({
      "tocsin.discord.permit.wait": [[{ "tocsin.discord.priority": "normal" }, { count: 4, sum: 2 }]],
      "tocsin.discord.permit.refusals": [[{ "tocsin.discord.reason": "wait-too-long" }, 1]],
      "tocsin.discord.rate_limited": [
        [{ "tocsin.discord.scope": "user" }, 1],
        [{ "tocsin.discord.scope": "shared" }, 1],
      ],
      "tocsin.discord.remaining.error": [[{ "tocsin.discord.estimate": "bold" }, { count: 1, sum: 1 }]],
      "tocsin.discord.invalid_requests": [[{}, 2]],
      "tocsin.discord.breaker_open": [[{}, 0]],
    });
  });
});
