import { once } from "node:events";
import { connect } from "node:net";
import { type Context, context, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { fastify } from "fastify";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { relayPlugin } from "../src/index.ts";
import { createTestRelay } from "./create-test-relay.ts";
import { createFakeEngine, credentialsOf } from "./fake-engine.ts";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const PARENT_ID = "b7ad6b7169203331";
const TRACEPARENT = `00-${TRACE_ID}-${PARENT_ID}-01`;

const exporter = new InMemorySpanExporter();

beforeAll(() => {
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
});

beforeEach(() => exporter.reset());

afterAll(() => {
  trace.disable();
  context.disable();
  propagation.disable();
});

describe("every request", () => {
  test("is one server span below the caller's", async () => {
    const { app } = createTestRelay();
    const headers = { ...credentialsOf("send"), traceparent: TRACEPARENT };
    await app.inject({ method: "POST", url: "/alerts", headers, payload: { title: "x" } });
    const spans = exporter.getFinishedSpans();
    expect(spans).toHaveLength(1);
    const [span] = spans;
    expect(span?.name).toBe("POST /alerts");
    expect(span?.kind).toBe(SpanKind.SERVER);
    expect(span?.spanContext().traceId).toBe(TRACE_ID);
    expect(span?.parentSpanContext?.spanId).toBe(PARENT_ID);
    expect(span?.instrumentationScope.name).toBe("@tocsin/relay");
    expect(span?.attributes).toEqual({
      "http.request.method": "POST",
      "http.route": "/alerts",
      "http.response.status_code": 201,
      "url.path": "/alerts",
      "url.scheme": "http",
    });
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
  });

  test("has its span active in what it calls, body and all", async () => {
    const { app, engine } = createTestRelay();
    const seen: Context[] = [];
    const forOrganization = engine.forOrganization;
    engine.forOrganization = (id) => {
      seen.push(context.active());
      return forOrganization(id);
    };
    const headers = { ...credentialsOf("send"), traceparent: TRACEPARENT };
    await app.inject({ method: "POST", url: "/alerts", headers, payload: { title: "x" } });
    const active = seen.map((one) => trace.getSpanContext(one)?.spanId);
    expect(active).toEqual([exporter.getFinishedSpans()[0]?.spanContext().spanId]);
  });

  test("is below the span of a surrounding server that traces already", async () => {
    const host = fastify();
    const outer = trace.getTracer("host").startSpan("outer");
    host.addHook("onRequest", (_request, _reply, done) => context.with(trace.setSpan(context.active(), outer), done));
    await host.register(relayPlugin, { engine: createFakeEngine(), prefix: "/tocsin" });
    await host.inject({ url: "/tocsin/alerts", headers: { traceparent: TRACEPARENT } });
    expect(exporter.getFinishedSpans()[0]?.parentSpanContext?.spanId).toBe(outer.spanContext().spanId);
  });

  test("keeps query and path secrets out of its span", async () => {
    const { app } = createTestRelay();
    await app.inject({ method: "POST", url: "/api/webhooks/123456789012345678/hook-token?token=query-token" });
    const [span] = exporter.getFinishedSpans();
    expect(span?.name).toBe("POST");
    expect(span?.attributes["url.path"]).toBe("/api/webhooks/123456789012345678/[redacted]");
    expect(JSON.stringify(span?.attributes)).not.toMatch(/hook-token|query-token/);
  });

  test("is an error in its span only when the relay failed", async () => {
    const { app, engine } = createTestRelay();
    await app.inject({ url: "/alerts?page=0", headers: credentialsOf("read") });
    engine.failure = new Error("broken");
    await app.inject({ url: "/alerts", headers: credentialsOf("read") });
    const [refused, failed] = exporter.getFinishedSpans();
    expect(refused?.attributes["http.response.status_code"]).toBe(400);
    expect(refused?.status.code).toBe(SpanStatusCode.UNSET);
    expect(failed?.attributes).toMatchObject({ "http.response.status_code": 500, "error.type": "500" });
    expect(failed?.status.code).toBe(SpanStatusCode.ERROR);
  });
});

test("a span that is active while the relay starts is no request's parent", async () => {
  const { listen, close } = createTestRelay();
  const start = trace.getTracer("host").startSpan("start");
  const url = await context.with(trace.setSpan(context.active(), start), () => listen({ port: 0 }));
  await fetch(`${url}/healthz`, { headers: { traceparent: TRACEPARENT } });
  await vi.waitFor(() => expect(exporter.getFinishedSpans()).toHaveLength(1));
  expect(exporter.getFinishedSpans()[0]?.spanContext().traceId).toBe(TRACE_ID);
  await close(0);
});

test("a caller that goes away before the answer ends its span", async () => {
  const { app, listen, close } = createTestRelay();
  const url = await listen({ port: 0 });
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.write("POST /alerts HTTP/1.1\r\nHost: x\r\nx-api-key: key_send\r\nx-api-secret: tsk_right-secret\r\n");
  socket.write("Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
  await once(app.server, "request");
  expect(exporter.getFinishedSpans()).toHaveLength(0);
  socket.destroy();
  await vi.waitFor(() => expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(["POST /alerts"]));
  await close(0);
});

describe("the trace id", () => {
  test("stands in every error and in the lines about it", async () => {
    const { app, engine, lines } = createTestRelay();
    engine.failure = new Error("broken");
    const headers = { ...credentialsOf("read"), traceparent: TRACEPARENT };
    const failed = await app.inject({ url: "/alerts", headers });
    const missing = await app.inject({ url: "/nothing", headers });
    for (const response of [failed, missing]) expect(response.json().error.trace_id).toBe(TRACE_ID);
    const written = lines.map((line) => JSON.parse(line));
    for (const message of ["request failed", "answered"]) {
      expect(written.find(({ msg }) => msg === message)).toMatchObject({ trace_id: TRACE_ID });
    }
  });

  test("is a new one when the caller sends nonsense", async () => {
    const { app } = createTestRelay();
    const response = await app.inject({ url: "/alerts", headers: { traceparent: "00-zz-zz-01" } });
    expect(response.json().error.trace_id).toMatch(/^[0-9a-f]{32}$/);
  });
});
