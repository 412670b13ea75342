import { type Span, SpanKind, SpanStatusCode, type Tracer } from "@opentelemetry/api";
import type { Outcome } from "@tocsin/alert/plugin";
import type { HttpExchange } from "./http-exchange.ts";
import { ATTRIBUTES } from "./semconv.ts";

/** What a span may know about a request: neither its address nor its ids, since a webhook's path is its password. */
export interface TracedRequest {
  readonly method: string;
  readonly template: string;
  readonly server: TracedServer;
}

/** The server as a span names it. */
export interface TracedServer {
  readonly address: string;
  readonly port: number;
}

/** Starts the CLIENT span of one request below the active context. */
export function startRequestSpan(tracer: Tracer, { method, template, server }: TracedRequest): Span {
  return tracer.startSpan(`${method} ${template}`, {
    kind: SpanKind.CLIENT,
    attributes: {
      [ATTRIBUTES.method]: method,
      [ATTRIBUTES.urlTemplate]: template,
      [ATTRIBUTES.serverAddress]: server.address,
      [ATTRIBUTES.serverPort]: server.port,
    },
  });
}

/** Writes the end of a request into its span and ends it. */
export function endRequestSpan(span: Span, result: HttpExchange, outcome: Outcome<unknown>): void {
  span.setAttribute(ATTRIBUTES.outcome, outcome.kind);
  if (result.kind === "answered") {
    span.setAttribute(ATTRIBUTES.status, result.status);
    if (result.status >= 400) span.setAttribute(ATTRIBUTES.errorType, String(result.status));
    const code = discordCode(outcome);
    if (code !== undefined) span.setAttribute(ATTRIBUTES.discordCode, code);
  } else {
    span.setAttribute(ATTRIBUTES.errorType, result.code);
  }
  if (outcome.kind !== "delivered") span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

function discordCode(outcome: Outcome<unknown>): number | undefined {
  const details = outcome.kind === "delivered" ? undefined : outcome.details;
  const code = typeof details === "object" && details !== null && "code" in details ? details.code : undefined;
  return typeof code === "number" ? code : undefined;
}
