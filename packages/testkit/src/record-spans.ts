import { context, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";

/** Every span of this process that has ended, until it is stopped. */
export interface SpanRecorder {
  spans(): readonly ReadableSpan[];
  /** Forgets the spans until now. */
  reset(): void;
  /** Takes the registration back. */
  stop(): void;
}

/** Registers OpenTelemetry for this process as an application would, with W3C propagation, and keeps what ends. */
export function recordSpans(): SpanRecorder {
  const exporter = new InMemorySpanExporter();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
  return {
    spans: () => exporter.getFinishedSpans(),
    reset: () => exporter.reset(),
    stop() {
      trace.disable();
      propagation.disable();
      context.disable();
    },
  };
}
