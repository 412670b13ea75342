import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { context, propagation, trace } from "@opentelemetry/api";
import { afterEach, describe, expect, test } from "vitest";
import { registerTelemetry, type Telemetry } from "./telemetry.ts";

const SERVICE = { serviceName: "tocsin-relay", serviceVersion: "1.2.3" };

let telemetry: Telemetry | undefined;

afterEach(async () => {
  await telemetry?.shutdown();
  telemetry = undefined;
});

describe("registerTelemetry", () => {
  test("makes real trace ids without any endpoint, follows asynchronous calls and writes trace context", async () => {
    telemetry = registerTelemetry({ ...SERVICE, env: {} });
    const carrier: Record<string, string> = {};
    const traceId = await trace.getTracer("test").startActiveSpan("work", async (span) => {
      await new Promise((resolve) => setImmediate(resolve));
      propagation.inject(context.active(), carrier);
      span.end();
      return span.spanContext().traceId;
    });
    expect(traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
    expect(carrier.traceparent).toContain(traceId);
  });

  test.each([
    ["OTEL_EXPORTER_OTLP_ENDPOINT", ""],
    ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "/v1/traces"],
  ])("exports what is left at shutdown to %s", async (variable, path) => {
    const bodies: { url: string | undefined; body: string }[] = [];
    const collector = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      bodies.push({ url: request.url, body: Buffer.concat(chunks).toString("latin1") });
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    }).listen(0, "127.0.0.1");
    await once(collector, "listening");
    const { port } = collector.address() as AddressInfo;

    telemetry = registerTelemetry({ ...SERVICE, env: { [variable]: `http://127.0.0.1:${port}${path}` } });
    trace.getTracer("test").startSpan("exported-span").end();
    await telemetry.shutdown();
    collector.close();

    expect(bodies.map(({ url }) => url)).toEqual(["/v1/traces"]);
    for (const text of ["exported-span", "tocsin-relay", "1.2.3"]) expect(bodies[0]?.body).toContain(text);
  });

  test("ends although the collector is gone", async () => {
    telemetry = registerTelemetry({ ...SERVICE, env: { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" } });
    trace.getTracer("test").startSpan("lost").end();
    await expect(telemetry.shutdown()).resolves.toBeUndefined();
  });

  test("refuses a second registration, and allows one after shutdown", async () => {
    telemetry = registerTelemetry({ ...SERVICE, env: {} });
    expect(() => registerTelemetry({ ...SERVICE, env: {} })).toThrow(
      expect.objectContaining({ code: "RELAY_TELEMETRY_REGISTERED" }),
    );
    await telemetry.shutdown();
    await telemetry.shutdown();
    telemetry = registerTelemetry({ ...SERVICE, env: {} });
    expect(trace.getTracer("test").startSpan("again").isRecording()).toBe(true);
  });
});
