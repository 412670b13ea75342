import { TocsinError } from "@tocsin/errors";

/** A value that JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * The JSON text of `value`. Throws `IDEMPOTENCY_VALUE_REFUSED` for what JSON cannot carry (a cycle, a bigint, `undefined`)
 * and for text longer than `maxBytes` (UTF-8).
 */
export function encodeValue(value: Json, maxBytes: number): string {
  const text = jsonText(value, "IDEMPOTENCY_VALUE_REFUSED");
  const byteCount = Buffer.byteLength(text);
  if (byteCount <= maxBytes) return text;
  throw new TocsinError(
    `the result is ${byteCount} bytes of JSON, more than the ${maxBytes} that this store keeps: store a reference to it instead`,
    { code: "IDEMPOTENCY_VALUE_REFUSED" },
  );
}

/** `JSON.stringify` that never answers `undefined`: throws a TocsinError with `code` for what is not JSON. */
export function jsonText(
  value: Json,
  code: "IDEMPOTENCY_VALUE_REFUSED" | "IDEMPOTENCY_INVALID",
  replacer?: (key: string, value: unknown) => unknown,
): string {
  let cause: unknown;
  try {
    const text: string | undefined = JSON.stringify(value, replacer);
    if (text !== undefined) return text;
  } catch (error) {
    cause = error;
  }
  throw new TocsinError(
    `expected a JSON value, got ${cause === undefined ? typeof value : "one that has no JSON text"}`,
    {
      code,
      cause,
    },
  );
}
