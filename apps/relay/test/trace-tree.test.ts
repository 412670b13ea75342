import { join } from "node:path";
import { SpanKind } from "@opentelemetry/api";
import { startDiscordEmulator } from "@tocsin/discord-emulator";
import { createWebhookTransport } from "@tocsin/discord-transport";
import { createEngine, engineMigrations } from "@tocsin/engine";
import { openSqliteStore } from "@tocsin/store";
import { recordSpans, type SpanRecorder, temporaryDirectory, waitFor } from "@tocsin/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildRelay, createLogger } from "../src/index.ts";

const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT_ID = "00f067aa0ba902b7";

let recorder: SpanRecorder;
beforeAll(() => {
  recorder = recordSpans();
});
afterAll(() => recorder.stop());

/** The tree as lines: each span below its parent, indented, in the order of their starts. */
function draw(spans: ReturnType<SpanRecorder["spans"]>, parentId: string, depth = 0): string[] {
  return spans
    .filter((span) => span.parentSpanContext?.spanId === parentId)
    .flatMap((span) => [
      `${"  ".repeat(depth)}${SpanKind[span.kind]} ${span.name} (${span.instrumentationScope.name})`,
      ...draw(spans, span.spanContext().spanId, depth + 1),
    ]);
}

test("one trace leads from the producer's traceparent to the call to Discord", async () => {
  await using directory = await temporaryDirectory();
  const emulator = await startDiscordEmulator();
  const store = await openSqliteStore({
    file: join(directory.path, "alerts.sqlite"),
    migrations: engineMigrations,
  });
  const transport = createWebhookTransport({ url: emulator.description.channels.alerts.webhook_url });
  const engine = createEngine({
    store,
    organizations: { default: { destinations: { alerts: { transport } }, routes: [{ destinations: ["alerts"] }] } },
  });
  const { key, secret } = await engine.keys.create({ organizationId: "default", scopes: ["send"] });
  const relay = buildRelay({ engine, logger: createLogger({ level: "silent" }) });
  engine.start();
  try {
    const url = await relay.listen({ port: 0 });
    const response = await fetch(`${url}/alerts`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${key}:${secret}`,
        traceparent: `00-${TRACE_ID}-${PARENT_ID}-01`,
      },
      body: JSON.stringify({ title: "very secret alert text" }),
    });
    expect(response.status).toBe(201);
    await waitFor(async () => (await engine.status()).openDeliveryCount === 0);
  } finally {
    await relay.close(1_000);
    await transport.close();
    await store.close();
    await emulator.close();
  }

  const spans = recorder.spans();
  expect(new Set(spans.map((span) => span.spanContext().traceId))).toEqual(new Set([TRACE_ID]));
  expect(draw(spans, PARENT_ID)).toEqual([
    "SERVER POST /alerts (@tocsin/relay)",
    "  INTERNAL tocsin.accept (@tocsin/engine)",
    "    INTERNAL tocsin.plan (@tocsin/engine)",
    "    INTERNAL tocsin.send (@tocsin/engine)",
    "      CLIENT POST /webhooks/{webhook.id}/{webhook.token} (@tocsin/discord-transport)",
  ]);
  const told = JSON.stringify(spans.map(({ name, attributes, events }) => ({ name, attributes, events })));
  const token = emulator.description.channels.alerts.webhook_url.split("/").at(-1) as string;
  for (const secretText of ["very secret alert text", token, secret, key]) expect(told).not.toContain(secretText);
});
