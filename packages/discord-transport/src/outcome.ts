import type { Json, Outcome, Reason } from "@tocsin/alert/plugin";
import { CODES, verdictOfStatus } from "./codes.ts";
import { cleanJson, parseObject } from "./foreign-json.ts";
import type { HttpExchange } from "./http-exchange.ts";
import { rateLimitDetails, readRateLimit } from "./rate-limit-answer.ts";
import { isSnowflake } from "./snowflake.ts";
import type { DiscordOperation, MessageRef } from "./transport.ts";

/** What is needed beside the exchange to judge it. */
export interface OutcomeContext {
  readonly operation: DiscordOperation;
  /** Thread that the request named: by the operation or by the webhook's address. */
  readonly threadId: string | null;
  /** Never to appear in an outcome, whoever repeats them. */
  readonly secrets: readonly string[];
  /** Epoch milliseconds. */
  readonly now: number;
}

type Answer = HttpExchange & { readonly kind: "answered" };

/** Judges how a request ended: what became of the operation. Pure. */
export function toOutcome(result: HttpExchange, context: OutcomeContext): Outcome<MessageRef> {
  if (result.kind === "not-sent") return { kind: "retryable", reason: result.why, details: { code: result.code } };
  if (result.kind === "lost") {
    const reason: Reason = result.why === "timeout" ? "timeout" : "answer-lost";
    return { kind: "unknown", reason, details: { code: result.code } };
  }
  return result.status < 300 ? judgeSuccess(result, context) : judgeError(result, context);
}

function judgeSuccess({ status, body }: Answer, { operation, threadId }: OutcomeContext): Outcome<MessageRef> {
  if (operation.kind === "delete") return { kind: "delivered", value: deletedRef(operation.messageId, threadId) };
  const message = parseObject(body);
  if (!isSnowflake(message?.id) || !isSnowflake(message.channel_id)) {
    return { kind: "unknown", reason: "answer-lost", details: { status, message: "the answer holds no message" } };
  }
  const { id: messageId, channel_id: channelId } = message;
  const opensPost = operation.kind === "send" && operation.threadName !== undefined;
  const inThread = opensPost || threadId !== null;
  return { kind: "delivered", value: { channelId, messageId, ...(inThread ? { threadId: channelId } : {}) } };
}

function judgeError({ status, headers, body }: Answer, context: OutcomeContext): Outcome<MessageRef> {
  const { operation, secrets, now } = context;
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
  if (operation.kind === "delete" && status === 404 && error?.code === 10008) {
    return { kind: "delivered", value: deletedRef(operation.messageId, context.threadId) };
  }
  const verdict = CODES.get(error?.code as number) ?? verdictOfStatus(status, typeof error?.code === "number");
  if (verdict !== null && !(status === 503 && mayHaveBeenForwarded(body))) {
    return { kind: verdict.kind, reason: verdict.reason, details };
  }
  // The server failed at an unknown point. A second edit or delete does no harm, a second message does.
  return { kind: operation.kind === "send" ? "unknown" : "retryable", reason: "server-error", details };
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

/** Discord answers a delete with nothing, so the channel is known only when it is a thread that the caller named. */
function deletedRef(messageId: string, threadId: string | null): MessageRef {
  return { channelId: threadId ?? "", messageId, ...(threadId === null ? {} : { threadId }) };
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
