import type { Json, Outcome, Reason } from "@tocsin/alert/plugin";
import { verdictOf } from "./codes.ts";
import { isEmptyThread, readAlreadyDone, readDelivered } from "./delivered-ref.ts";
import type { RequestPlace } from "./discord-request.ts";
import { cleanJson, parseObject } from "./foreign-json.ts";
import type { HttpExchange } from "./http-exchange.ts";
import { rateLimitDetails, readRateLimit } from "./rate-limit-answer.ts";
import type { DiscordOperation, MessageRef } from "./transport.ts";

/** What is needed beside the exchange to judge it. */
export interface OutcomeContext {
  /** Never to appear in an outcome, whoever repeats them. */
  readonly secrets: readonly string[];
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What a request was for. */
interface Purpose<T> {
  /** What doing it once more would do: make a second message, nothing that matters, or nothing at all. */
  readonly repeating: "doubles" | "repeats" | "asks";
  readonly read: (body: string | null) => T | null;
  /** What is wrong with a success that will never be what was wanted; null for any other. */
  readonly refusal: (body: string | null) => string | null;
  readonly alreadyDone: (error: { readonly status: number; readonly code: unknown }) => T | null;
}

type Answer = HttpExchange & { readonly kind: "answered" };

/** Judges how the request of an operation ended: what became of the operation. Pure. */
export function toOutcome(
  operation: DiscordOperation,
  place: RequestPlace,
  result: HttpExchange,
  context: OutcomeContext,
): Outcome<MessageRef> {
  const purpose: Purpose<MessageRef> = {
    repeating: operation.kind === "send" ? "doubles" : "repeats",
    read: (body) => readDelivered(operation, place, body),
    refusal: (body) =>
      isEmptyThread(operation, body) ? "the channel is no forum: Discord made an empty thread there" : null,
    alreadyDone: (error) => readAlreadyDone(operation, place, error),
  };
  return judge(result, purpose, context);
}

/** Judges how a question ended. `read` gives null for what is no answer to it. Asking again does no harm, so nothing is `unknown`. */
export function toAnswer<T>(
  read: (body: string | null) => T | null,
  result: HttpExchange,
  context: OutcomeContext,
): Outcome<T> {
  return judge(result, { repeating: "asks", read, refusal: () => null, alreadyDone: () => null }, context);
}

function judge<T>(result: HttpExchange, purpose: Purpose<T>, context: OutcomeContext): Outcome<T> {
  if (result.kind === "not-sent") return { kind: "retryable", reason: result.why, details: { code: result.code } };
  if (result.kind === "lost") {
    const reason: Reason = result.why === "timeout" ? "timeout" : "answer-lost";
    return { kind: ofLost(purpose), reason, details: { code: result.code } };
  }
  return result.status < 300 ? judgeSuccess(result, purpose) : judgeError(result, purpose, context);
}

function judgeSuccess<T>({ status, body }: Answer, purpose: Purpose<T>): Outcome<T> {
  const value = purpose.read(body);
  if (value !== null) return { kind: "delivered", value };
  const refusal = purpose.refusal(body);
  if (refusal !== null) return { kind: "rejected", reason: "unsupported", details: { status, message: refusal } };
  const details = { status, message: "the answer does not hold what was asked for" };
  return { kind: ofLost(purpose), reason: "answer-lost", details };
}

function judgeError<T>({ status, headers, body }: Answer, purpose: Purpose<T>, context: OutcomeContext): Outcome<T> {
  const { secrets, now } = context;
  const error = parseObject(body);
  const details = errorDetails(status, error, secrets);
  if (status === 429) {
    const limit = readRateLimit(headers, error, now);
    const { retryAfterMs } = limit;
    return {
      kind: "retryable",
      reason: "rate-limited",
      retryAfterMs,
      details: { ...details, ...rateLimitDetails(limit) },
    };
  }
  const value = purpose.alreadyDone({ status, code: error?.code });
  if (value !== null) return { kind: "delivered", value };
  const verdict = verdictOf(status, error?.code);
  if (verdict !== null && !(status === 503 && mayHaveBeenForwarded(body))) {
    return { kind: verdict.kind, reason: verdict.reason, details };
  }
  // The server failed at an unknown point. A second edit or delete does no harm, a second message does.
  return { kind: purpose.repeating === "doubles" ? "unknown" : "retryable", reason: "server-error", details };
}

/** Nobody has said that the request ended: only a question cannot do harm any more. */
function ofLost({ repeating }: Purpose<unknown>): "retryable" | "unknown" {
  return repeating === "asks" ? "retryable" : "unknown";
}

/**
 * Envoy, which stands in front of Discord, also says 503 when it had forwarded the request and then lost the server. Its text
 * tells: https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage (flags UC, UR, LR against UO, UF).
 */
function mayHaveBeenForwarded(body: string | null): boolean {
  if (body === null) return true;
  return (
    body.includes("reset before headers") && !/reset reason: (?:overflow|(?:remote )?connection failure)/.test(body)
  );
}

function errorDetails(
  status: number,
  error: Readonly<Record<string, unknown>> | null,
  secrets: readonly string[],
): { readonly [key: string]: Json } {
  const details: Record<string, Json> = { status };
  if (error === null) return details;
  for (const key of ["code", "message", "errors"]) {
    if (error[key] !== undefined) details[key] = cleanJson(error[key], secrets);
  }
  return details;
}
