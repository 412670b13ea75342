import { type Context, context, propagation, type Span, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";

/** The engine's tracer: the global one's, so that an application decides. */
export const tracer = (): Tracer => trace.getTracer("@tocsin/engine");

/** The active context as a `traceparent`, to be stored with what was caused by it. `undefined` when nothing is traced. */
export function currentTraceparent(): string | undefined {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent;
}

/** The context that a stored `traceparent` names: spans started in it belong to that trace. */
export function restoreContext(traceparent: string | null): Context {
  const fresh = trace.deleteSpan(context.active());
  return traceparent === null ? fresh : propagation.extract(fresh, { traceparent });
}

/** Runs `work` in a span and ends it however `work` ends. An error marks the span by its name only: messages may carry content. */
export async function inSpan<T>(
  name: string,
  options: { readonly parent?: Context; readonly attributes?: Record<string, string | number> },
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const parent = options.parent ?? context.active();
  const span = tracer().startSpan(name, { attributes: options.attributes ?? {} }, parent);
  try {
    return await context.with(trace.setSpan(parent, span), () => work(span));
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.setAttribute("error.type", error instanceof Error ? error.name : "unknown");
    throw error;
  } finally {
    span.end();
  }
}
