import { redact } from "@tocsin/errors";
import type { Connection } from "./connection.ts";

/** How long one request may take before it counts as lost. */
const REQUEST_TIMEOUT_MS = 10_000;

/** What one request came to. */
export type RelayAnswer =
  | { readonly kind: "answered"; readonly status: number; readonly body: unknown; readonly retryAfter: string | null }
  /** No answer. `code` is the system's (`ECONNREFUSED`), or `TIMEOUT`. */
  | { readonly kind: "unreachable"; readonly code: string };

export interface RelayRequest {
  readonly method: "GET" | "POST";
  /** From the relay's root, starting with `/`. */
  readonly path: string;
  readonly body?: unknown;
  /** Makes a repetition safe: with it, a request whose connection was lost is sent a second time. */
  readonly idempotencyKey?: string;
  readonly timeoutMs?: number;
}

function toCode(error: unknown): string {
  if (error instanceof DOMException && error.name === "TimeoutError") return "TIMEOUT";
  const cause = error instanceof Error ? (error.cause as { code?: unknown } | undefined) : undefined;
  return typeof cause?.code === "string" ? cause.code : "NETWORK";
}

/** Codes that say that nothing listens there: a second try right away would find the same. */
const NOBODY_THERE: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);

/**
 * Sends one request to the relay. A request that can be repeated safely (a GET, or with an idempotency key) is repeated
 * once when its connection broke or its answer did not come within `timeoutMs` (10 s). Redirects are not followed: they
 * would carry the credentials elsewhere. Never throws for what the network or the relay did.
 */
export async function requestRelay(
  connection: Connection,
  request: RelayRequest,
  fetchImplementation: typeof fetch = fetch,
): Promise<RelayAnswer> {
  const once = async (): Promise<RelayAnswer> => {
    try {
      const response = await fetchImplementation(`${connection.url}${request.path}`, {
        method: request.method,
        redirect: "manual",
        signal: AbortSignal.timeout(request.timeoutMs ?? REQUEST_TIMEOUT_MS),
        headers: {
          accept: "application/json",
          "x-api-key": connection.apiKey,
          "x-api-secret": connection.apiSecret,
          ...(request.body === undefined ? {} : { "content-type": "application/json" }),
          ...(request.idempotencyKey === undefined ? {} : { "idempotency-key": request.idempotencyKey }),
        },
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      });
      const text = await response.text();
      return {
        kind: "answered",
        status: response.status,
        body: toJson(text),
        retryAfter: response.headers.get("retry-after"),
      };
    } catch (error) {
      return { kind: "unreachable", code: toCode(error) };
    }
  };
  const first = await once();
  const repeatable = request.method === "GET" || request.idempotencyKey !== undefined;
  return first.kind === "unreachable" && repeatable && !NOBODY_THERE.has(first.code) ? once() : first;
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return redact(text.slice(0, 200));
  }
}
