import { describeErrorCode, type ErrorCode } from "./error-codes.ts";
import { type FormErrors, type FormIssue, toFormErrors } from "./form-errors.ts";

/** An error answer of Discord's API, as a value. */
export interface Refusal {
  readonly kind: "refusal";
  readonly status: number;
  readonly code: number;
  readonly message: string;
  readonly errors?: FormErrors;
}

/** The answer for a documented error code. */
export function refuse(code: ErrorCode): Refusal {
  return { kind: "refusal", code, ...describeErrorCode(code) };
}

/** The answer for a body with mistakes: 50035 and the tree of `issues`. */
export function refuseForm(issues: readonly FormIssue[]): Refusal {
  return { ...refuse(50035), errors: toFormErrors(issues) };
}

/** The answer that has no code of its own: `404: Not Found`, `401: Unauthorized` … */
export function refuseStatus(status: 401 | 404 | 405 | 500, text: string): Refusal {
  return { kind: "refusal", status, code: 0, message: `${status}: ${text}` };
}

/** Tells refusals from everything else that a step may return. */
export function isRefusal(value: unknown): value is Refusal {
  return typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "refusal";
}
