import type { FastifyReply } from "fastify";
import { traceIdOf } from "../plugins/tracing.ts";
import { ERROR_STATUS, type ErrorBody, type Problem } from "./error.ts";

/** How long a caller should wait before it tries again what was `unavailable`. */
const RETRY_AFTER_SECONDS = 1;

/** The envelope of every failure, with the trace that tells more. */
export function toErrorBody(problem: Problem, traceId: string | undefined): ErrorBody {
  const { code, message, details } = problem;
  return {
    error: {
      code,
      message,
      ...(details === undefined ? {} : { details }),
      ...(traceId === undefined ? {} : { trace_id: traceId }),
    },
  };
}

/** Answers `problem` with its status and the headers that HTTP asks for beside it. Returns the reply, for handlers and hooks. */
export function sendError(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.code === "unauthorized") reply.header("www-authenticate", "Bearer");
  if (problem.code === "unavailable") reply.header("retry-after", String(RETRY_AFTER_SECONDS));
  return reply
    .code(ERROR_STATUS[problem.code])
    .type("application/json; charset=utf-8")
    .send(toErrorBody(problem, traceIdOf(reply.request)));
}
