import { isTocsinError, redact } from "@tocsin/errors";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { isOutage } from "../backends/is-outage.ts";
import type { Problem } from "../wire/error.ts";
import { sendError } from "../wire/send-error.ts";
import { traceIdOf } from "./tracing.ts";

/** Fastify's own refusals, by their code. One that is not here is judged by its status. */
const FRAMEWORK_PROBLEMS: Readonly<Record<string, Problem>> = {
  FST_ERR_NOT_FOUND: { code: "not_found", message: "No such route." },
  FST_ERR_BAD_URL: { code: "invalid_request", message: "The path is not valid percent-encoding." },
  FST_ERR_MAX_PARAM_LENGTH: { code: "not_found", message: "No such route: a part of the path is too long." },
  FST_ERR_ASYNC_CONSTRAINT: { code: "not_found", message: "No such route." },
  FST_ERR_CTP_BODY_TOO_LARGE: { code: "payload_too_large", message: "The body is too large." },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: "unsupported_media_type",
    message: "The body must be JSON: send Content-Type: application/json.",
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: "invalid_request",
    message: "The body is not as long as Content-Length says.",
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: "invalid_request", message: "The body is empty: JSON is expected." },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: "invalid_request", message: "The body is not JSON." },
  FST_ERR_VALIDATION: { code: "invalid_request", message: "The request is not valid." },
  FST_ERR_HANDLER_TIMEOUT: { code: "unavailable", message: "The answer took too long. Try again." },
};

/** Thrown errors that are the caller's matter after all. */
const CODED_PROBLEMS: Readonly<Record<string, Problem>> = {
  // The key is genuine, but its organisation is not in the configuration any more.
  ENGINE_UNKNOWN_ORGANIZATION: { code: "forbidden", message: "The organisation of this key is not configured here." },
};

const UNAVAILABLE: Problem = { code: "unavailable", message: "The relay cannot do this right now. Try again." };
const INTERNAL: Problem = { code: "internal_error", message: "The relay failed. The trace id leads to the reason." };

/**
 * What the caller is told of a thrown error. Nothing of what a failure of ours says goes out: its message may name hosts,
 * files and queries. It is in the log, under the same trace id.
 */
export function toProblem(error: unknown): Problem {
  if (isRequestProblem(error)) return error.problem;
  if (isTocsinError(error)) return CODED_PROBLEMS[error.code] ?? (error.retryable ? UNAVAILABLE : INTERNAL);
  const { code, statusCode } = (typeof error === "object" && error !== null ? error : {}) as Partial<FastifyError>;
  const known = typeof code === "string" ? FRAMEWORK_PROBLEMS[code] : undefined;
  if (known) return known;
  if (statusCode === 413) return { code: "payload_too_large", message: "The body is too large." };
  if (typeof statusCode === "number" && statusCode >= 400 && statusCode < 500) {
    return { code: "invalid_request", message: "The request could not be read." };
  }
  return INTERNAL;
}

/** Refuses a request from inside a parser or a validator, where only an error gets out. */
export function requestProblem(problem: Problem): Error {
  return Object.assign(new Error(problem.message), { statusCode: 400, problem });
}

function isRequestProblem(error: unknown): error is { readonly problem: Problem } {
  return error instanceof Error && "problem" in error;
}

/** Answers every thrown error with the envelope. What is the relay's fault is logged; an outage is, where it is told once. */
export function handleError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error);
  if (problem.code === "internal_error" || problem.code === "unavailable") {
    request.log[isOutage(error) ? "debug" : "error"]({ err: error, trace_id: traceIdOf(request) }, "request failed");
  }
  // Node drains what is left of a refused body. Closing instead would reset the connection under a caller that is still
  // sending, and it would never see the answer.
  if (problem.code === "payload_too_large") reply.removeHeader("connection");
  return sendError(reply, problem);
}

/**
 * Answers what no route takes. As the scope's handler for unknown paths and, so that a body is neither waited for nor
 * complained about first, as its hook on every request.
 */
export async function refuseUnknownRoute(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  return request.is404 ? handleNotFound(request, reply) : undefined;
}

export function handleNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = redact(request.url.split("?", 1)[0] ?? "").slice(0, 200);
  return sendError(reply, { code: "not_found", message: `There is no ${request.method} ${path}.` });
}
