import type { FormIssue } from "../errors/form-errors.ts";

/** Why somebody cannot do something to an application: what Discord's client would not offer. */
export interface Mistake {
  readonly kind: "mistake";
  /** Not valid, not allowed, not there. */
  readonly status: 400 | 403 | 404;
  readonly message: string;
  /** Places in the request; the message of each says what is expected there. */
  readonly issues: readonly FormIssue[];
}

/** Something in the request is not valid. */
export function mistaken(message: string, issues: readonly FormIssue[]): Mistake {
  return { kind: "mistake", status: 400, message, issues };
}

/** One place of the request is not valid: `expected` says what should stand there. */
export function mistakenAt(path: FormIssue["path"], message: string, expected: string): Mistake {
  return mistaken(message, [{ path, code: "EXPECTED", message: expected }]);
}

/** The user may not. */
export function forbidden(message: string): Mistake {
  return { kind: "mistake", status: 403, message, issues: [] };
}

/** There is no such thing, as far as the user can see. */
export function missing(message: string): Mistake {
  return { kind: "mistake", status: 404, message, issues: [] };
}

/** Tells mistakes from everything else that a step may return. */
export function isMistake(value: unknown): value is Mistake {
  return typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "mistake";
}
