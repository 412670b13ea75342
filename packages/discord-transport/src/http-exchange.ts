import type { Dispatcher } from "undici";

/** One HTTP request as {@link exchange} takes it. */
export interface HttpRequest {
  readonly method: Dispatcher.HttpMethod;
  /** Scheme, host and port. */
  readonly origin: string;
  /** With the query, and encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Who stops an exchange, and when. */
export interface HttpLimits {
  /** From the call to the end of the answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Asked right before the first byte is written: false means that it must not go out any more. */
  readonly mayStart: () => boolean;
  readonly signal?: AbortSignal | undefined;
  /** Whatever is larger is not read. @default 1 MiB, far more than one message */
  readonly maxAnswerBytes?: number | undefined;
}

/** Headers of an answer: names in lower case, repeated ones joined by a comma and a space. */
export type HttpHeaders = Readonly<Record<string, string>>;

/**
 * How far a request came.
 *
 * - `answered`: status and headers arrived. `body` is null when it broke off or is over the size limit.
 * - `not-sent`: no byte was written, so the server did nothing.
 * - `lost`: bytes were, or may have been, written, and no status came back.
 *
 * `code` names the failure (`ECONNREFUSED`, `UND_ERR_SOCKET`, …), never with an address in it.
 */
export type HttpExchange =
  | { readonly kind: "answered"; readonly status: number; readonly headers: HttpHeaders; readonly body: string | null }
  | { readonly kind: "not-sent"; readonly why: StopReason | "unreachable"; readonly code: string }
  | { readonly kind: "lost"; readonly why: StopReason | "broken"; readonly code: string };

/** Our own reasons to end an exchange: the caller's signal, the time limit, or `mayStart`. */
export type StopReason = "aborted" | "timeout" | "expired";

const DEFAULT_MAX_ANSWER_BYTES = 1 << 20;

/**
 * Makes one request and tells how far it came. Never rejects, never retries, follows no redirect.
 *
 * undici announces a request to its handler (`onRequestStart`) right before it writes the first byte, after it has a
 * connection. A failure before that is `not-sent`; from then on it is `lost`, also when the server had closed the
 * connection already: nobody can tell whether it read the request first.
 */
export function exchange(dispatcher: Dispatcher, request: HttpRequest, limits: HttpLimits): Promise<HttpExchange> {
  const { promise, resolve } = Promise.withResolvers<HttpExchange>();
  let controller: Dispatcher.DispatchController | undefined;
  let answer: { status: number; headers: HttpHeaders } | undefined;
  let ended = false;
  const { maxAnswerBytes = DEFAULT_MAX_ANSWER_BYTES } = limits;
  const chunks: Buffer[] = [];
  let sizeBytes = 0;

  const end = (result: HttpExchange): void => {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    limits.signal?.removeEventListener("abort", onAbort);
    resolve(result);
  };
  const fail = (why: StopReason | undefined, code: string): void => {
    if (answer !== undefined) end({ kind: "answered", ...answer, body: null });
    else if (controller === undefined) end({ kind: "not-sent", why: why ?? "unreachable", code });
    else end({ kind: "lost", why: why ?? "broken", code });
  };
  const stop = (why: StopReason): void => {
    fail(why, why);
    controller?.abort(new Error(why));
  };
  const onAbort = (): void => stop("aborted");
  const timer = setTimeout(stop, limits.timeoutMs, "timeout");
  limits.signal?.addEventListener("abort", onAbort, { once: true });
  if (limits.signal?.aborted) onAbort();

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(started) {
      if (!ended && !limits.mayStart()) stop("expired");
      if (ended) started.abort(new Error("given up before it was written"));
      else controller = started;
    },
    onResponseStart(_controller, status, headers) {
      if (status >= 200) answer = { status, headers: flatten(headers) };
    },
    onResponseData(started, chunk) {
      sizeBytes += chunk.length;
      if (sizeBytes <= maxAnswerBytes) chunks.push(chunk);
      else started.abort(new Error("the answer is too large"));
    },
    onResponseEnd() {
      if (answer === undefined) return;
      // Most answers come in one piece, which need not be copied.
      const bytes = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
      end({ kind: "answered", ...answer, body: bytes.toString("utf8") });
    },
    onResponseError(_controller, error) {
      fail(undefined, failureCode(error));
    },
  };

  if (!ended) {
    try {
      const { origin, path, method, headers, body = null } = request;
      // The time limit above is the only one.
      dispatcher.dispatch({ origin, path, method, headers, body, headersTimeout: 0, bodyTimeout: 0 }, handler);
    } catch (error) {
      fail(undefined, failureCode(error));
    }
  }
  return promise;
}

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): HttpHeaders {
  const flat: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) flat[name.toLowerCase()] = typeof value === "string" ? value : value.join(", ");
  }
  return flat;
}

/** The name of a failure. Not its message: that may hold addresses and whatever the other side sent. */
function failureCode(error: unknown): string {
  for (const candidate of [error, (error as { cause?: unknown } | null)?.cause]) {
    const code = (candidate as { code?: unknown } | null | undefined)?.code;
    if (typeof code === "string" && /^[A-Z0-9_/]+$/.test(code)) return code;
  }
  return error instanceof Error ? error.name : "unknown";
}
