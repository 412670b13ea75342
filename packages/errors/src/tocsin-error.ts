const BRAND = Symbol.for("tocsin.error");

/** What a {@link TocsinError} says beside its message. */
export interface TocsinErrorOptions {
  /** Stable name of the kind of failure, `SCREAMING_SNAKE`, prefixed by the package (`STORE_LOCKED`). */
  readonly code: string;
  /** Whether the same call may succeed later without any change. @default false */
  readonly retryable?: boolean;
  /** The error that led here. Never part of the message: it may carry secrets. */
  readonly cause?: unknown;
}

/**
 * The one error that Tocsin's packages throw: for misuse and for broken infrastructure.
 * Expected answers (denied, rejected, not found) are values, never errors.
 *
 * Branch on `code`, not on the class or the message. `isTocsinError` recognises it across
 * several installed copies of this package, where `instanceof` would not.
 */
export class TocsinError extends Error {
  override readonly name = "TocsinError";
  readonly code: string;
  readonly retryable: boolean;
  readonly [BRAND] = true;

  constructor(message: string, options: TocsinErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.retryable = options.retryable ?? false;
  }
}

/** Tells whether `value` is a {@link TocsinError}, of this copy of the package or of another. */
export function isTocsinError(value: unknown): value is TocsinError {
  return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[BRAND] === true;
}
