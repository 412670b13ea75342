import type { FastifyReply, FastifyRequest } from "fastify";
import type { FormIssue } from "../errors/form-errors.ts";
import { isJsonObject, type JsonObject } from "../json.ts";

/** A mistake in a control request: the place, what stands there, and what should. */
export interface ControlIssue {
  readonly where: string;
  readonly found: unknown;
  readonly expected: string;
}

/** Sends JSON. */
export function sendControl(reply: FastifyReply, status: number, body: unknown): FastifyReply {
  return reply
    .code(status)
    .header("content-type", "application/json")
    .send(Buffer.from(JSON.stringify(body)));
}

/** Sends an error with its details. */
export function sendControlError(
  reply: FastifyReply,
  status: 400 | 403 | 404,
  message: string,
  details: readonly ControlIssue[] = [],
): FastifyReply {
  const code = status === 400 ? "invalid_request" : status === 403 ? "forbidden" : "not_found";
  return sendControl(reply, status, { error: { code, message, details } });
}

/** Sends the complaints of the rule checker in the control API's own form. */
export function sendIssues(reply: FastifyReply, body: JsonObject, issues: readonly FormIssue[]): FastifyReply {
  const details = issues.map(({ path, message }) => ({
    where: path.join(".") || "body",
    found: path.reduce<unknown>((value, step) => (value as JsonObject | undefined)?.[step], body) ?? null,
    expected: message,
  }));
  return sendControlError(reply, 400, "The request body is not valid.", details);
}

/** Reads a JSON object; anything else is undefined. */
export function readControlBody(request: FastifyRequest): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.isBuffer(request.body) ? request.body.toString("utf8") : "");
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
