/**
 * Attribute names of OpenTelemetry's HTTP client conventions, copied on 2026-11-21 from
 * https://opentelemetry.io/docs/specs/semconv/http/http-spans/ so that the API stays the only dependency. `url.template` is in
 * development there, the others are stable.
 */
export const ATTRIBUTES = {
  method: "http.request.method",
  status: "http.response.status_code",
  serverAddress: "server.address",
  serverPort: "server.port",
  urlTemplate: "url.template",
  errorType: "error.type",
  /** Our own: `delivered`, `retryable`, `rejected` or `unknown`. */
  outcome: "tocsin.outcome",
  /** Our own: Discord's JSON error code. */
  discordCode: "tocsin.discord.code",
} as const;
