import type { FastifyReply, FastifyRequest } from "fastify";
import type { FormIssue } from "../errors/form-errors.ts";
import { isJsonObject, type JsonObject, parseJson } from "../json.ts";
import { checkBody } from "../validate/check.ts";
import type { ObjectRule } from "../validate/rule.ts";

/** A mistake in a control request: the place, what stands there, and what should. */
export interface ControlIssue {
  readonly where: string;
  readonly found: unknown;
  readonly expected: string;
}

const CODES = {
  400: "invalid_request",
  403: "forbidden",
  404: "not_found",
  413: "too_large",
  500: "internal_error",
} as const;

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
  status: keyof typeof CODES,
  message: string,
  details: readonly ControlIssue[] = [],
): FastifyReply {
  return sendControl(reply, status, { error: { code: CODES[status], message, details } });
}

/** Sends the complaints of the rule checker in the control API's own form. */
export function sendIssues(
  reply: FastifyReply,
  body: JsonObject,
  issues: readonly FormIssue[],
  { status = 400, message: summary = "The request body is not valid." }: Summary = {},
): FastifyReply {
  const details = issues.map(({ path, message }) => ({
    where: path.join(".") || "body",
    found: path.reduce<unknown>((value, step) => (value as JsonObject | undefined)?.[step], body) ?? null,
    expected: message,
  }));
  return sendControlError(reply, status, summary, details);
}

/** What stands above the complaints. */
interface Summary {
  readonly status?: keyof typeof CODES;
  readonly message?: string;
}

/** Reads and checks a JSON object. Undefined: it is none, or has mistakes, and they are answered. */
export function readChecked(request: FastifyRequest, reply: FastifyReply, rule: ObjectRule): JsonObject | undefined {
  const body = readControlBody(request) ?? {};
  const { value, issues } = checkBody(rule, body);
  if (issues.length === 0) return value;
  sendIssues(reply, body, issues);
  return undefined;
}

/** Reads a JSON object; anything else is undefined. */
export function readControlBody(request: FastifyRequest): JsonObject | undefined {
  const value = parseJson(Buffer.isBuffer(request.body) ? request.body.toString("utf8") : "")?.value;
  return isJsonObject(value) ? value : undefined;
}
