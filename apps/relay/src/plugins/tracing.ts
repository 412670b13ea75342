import { type Context, context, propagation, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_URL_PATH,
  ATTR_URL_SCHEME,
} from "@opentelemetry/semantic-conventions";
import { redact } from "@tocsin/errors";
import type { FastifyReply, FastifyRequest } from "fastify";
import fastifyPlugin from "fastify-plugin";

declare module "fastify" {
  interface FastifyRequest {
    /** The trace context of this request: its own span, below the caller's. `null` outside the relay's scope. */
    tocsinTrace: Context | null;
  }
}

/** The id of the trace that this request belongs to; absent when no tracer provider is registered. */
export function traceIdOf(request: FastifyRequest): string | undefined {
  const spanContext = request.tocsinTrace ? trace.getSpanContext(request.tocsinTrace) : undefined;
  return spanContext && trace.isSpanContextValid(spanContext) ? spanContext.traceId : undefined;
}

/**
 * One SERVER span per request, as HTTP's semantic conventions name it, below the span of a surrounding server that traces
 * already, or else below the caller's `traceparent`. It is active in everything that runs for the request, and its
 * attributes never hold a query, a header or a body.
 *
 * Uses `@opentelemetry/api` only: inside somebody else's server the spans go to the provider that is registered there,
 * and without one all of this costs nothing.
 */
export const tracing = fastifyPlugin(
  async (app) => {
    app.decorateRequest("tocsinTrace", null);

    app.addHook("onRequest", (request, reply, done) => {
      const parent = parentOf(request);
      // Looked up for each request: a provider that is registered after the server was built counts as well.
      const span = trace.getTracer("@tocsin/relay").startSpan(
        spanName(request),
        {
          kind: SpanKind.SERVER,
          attributes: requestAttributes(request),
        },
        parent,
      );
      request.tocsinTrace = trace.setSpan(parent, span);
      // `close` comes also when the caller goes away before the answer; Fastify's onResponse does not.
      const end = endOnce(span, reply);
      reply.raw.once("finish", end);
      reply.raw.once("close", end);
      context.with(request.tocsinTrace, done);
    });
  },
  { name: "@tocsin/relay/tracing", fastify: "5.x" },
);

/** The span of a surrounding server that traces already, else the caller's. */
function parentOf(request: FastifyRequest): Context {
  const active = context.active();
  return trace.getSpan(active) ? active : propagation.extract(active, request.headers);
}

function spanName(request: FastifyRequest): string {
  const route = request.routeOptions.url;
  return route === undefined ? request.method : `${request.method} ${route}`;
}

function requestAttributes(request: FastifyRequest): Record<string, string> {
  const route = request.routeOptions.url;
  const queryStart = request.url.indexOf("?");
  return {
    [ATTR_HTTP_REQUEST_METHOD]: request.method,
    [ATTR_URL_SCHEME]: request.protocol,
    [ATTR_URL_PATH]: redact(queryStart === -1 ? request.url : request.url.slice(0, queryStart)),
    ...(route === undefined ? {} : { [ATTR_HTTP_ROUTE]: route }),
  };
}

function endOnce(span: Span, reply: FastifyReply): () => void {
  let ended = false;
  return () => {
    if (ended) return;
    ended = true;
    const { headersSent, statusCode } = reply.raw;
    if (headersSent) span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, statusCode);
    if (headersSent && statusCode >= 500) {
      span.setAttribute(ATTR_ERROR_TYPE, String(statusCode));
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
  };
}
