import { trace } from "@opentelemetry/api";
import { recordSpans, type SpanRecorder, waitFor } from "@tocsin/testkit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { alertOf, delivered, openHarness, scriptedTransport } from "./harness.ts";

let recorder: SpanRecorder;
beforeAll(() => {
  recorder = recordSpans();
});
afterAll(() => recorder.stop());
beforeEach(() => recorder.reset());

async function deliverOne(answers: Parameters<typeof scriptedTransport>[0]) {
  const transport = scriptedTransport(answers);
  await using harness = await openHarness({
    organization: { destinations: { alerts: { transport } }, routes: [{ destinations: ["alerts"] }] },
  });
  harness.engine.start();
  await trace.getTracer("test").startActiveSpan("request", async (span) => {
    await harness.engine.forOrganization("default").accept(alertOf({ title: "secret alert text" }));
    span.end();
  });
  await waitFor(async () => (await harness.engine.status()).openDeliveryCount === 0);
  await harness.engine.stop(1_000);
  return recorder.spans();
}

const named = (spans: ReturnType<SpanRecorder["spans"]>, name: string) => spans.filter((span) => span.name === name);

test("accept, plan and send are one trace under whoever asked, although delivering starts from the database", async () => {
  const spans = await deliverOne(delivered);
  const [request] = named(spans, "request");
  const [accept] = named(spans, "tocsin.accept");
  const [plan] = named(spans, "tocsin.plan");
  const [send] = named(spans, "tocsin.send");
  expect(spans).toHaveLength(4);
  expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(1);
  expect(accept?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId);
  expect(plan?.parentSpanContext?.spanId).toBe(accept?.spanContext().spanId);
  expect(send?.parentSpanContext?.spanId).toBe(accept?.spanContext().spanId);
  expect(send?.attributes).toEqual({
    "tocsin.lane": "alerts",
    "tocsin.send.attempt_count": 1,
    "tocsin.outcome": "delivered",
  });
});

test("each attempt is a span of the same trace, and failures say why", async () => {
  const spans = await deliverOne((call, index) =>
    index === 0 ? { kind: "unknown", reason: "answer-lost" } : delivered(call, index),
  );
  expect(named(spans, "tocsin.send").map(({ attributes }) => attributes)).toMatchObject([
    { "tocsin.outcome": "unknown", "tocsin.reason": "answer-lost", "tocsin.send.attempt_count": 1 },
    { "tocsin.outcome": "delivered", "tocsin.send.attempt_count": 2 },
  ]);
  expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(1);
});

test("no attribute carries the alert's text", async () => {
  const spans = await deliverOne(delivered);
  expect(JSON.stringify(spans.map(({ attributes, events }) => ({ attributes, events })))).not.toContain(
    "secret alert text",
  );
});
