import { TocsinError } from "@tocsin/errors";

/** Codes of misuse by the caller. */
type MisuseCode =
  | "RATE_LIMITER_OPTION_INVALID"
  | "RATE_LIMITER_KEY_INVALID"
  | "RATE_LIMITER_COST_INVALID"
  | "RATE_LIMITER_COST_TOO_HIGH";

/** The error for misuse: the same call fails always. */
export function misuse(code: MisuseCode, message: string): TocsinError {
  return new TocsinError(message, { code });
}

/** The error for a driver that does not answer and nobody to answer in its place. */
export function unavailable(cause: unknown): TocsinError {
  return new TocsinError("the rate limiter's driver does not answer, and there is no fallback that does", {
    code: "RATE_LIMITER_UNAVAILABLE",
    retryable: true,
    cause,
  });
}

/** Checks an option that is a whole number, and gives it back. */
export function wholeNumber(
  name: string,
  value: number,
  range: { readonly min: number; readonly max: number },
): number {
  if (Number.isSafeInteger(value) && value >= range.min && value <= range.max) return value;
  const found = typeof value === "number" ? String(value) : typeof value;
  throw misuse(
    "RATE_LIMITER_OPTION_INVALID",
    `${name} must be a whole number from ${range.min} to ${range.max}, got ${found}`,
  );
}
