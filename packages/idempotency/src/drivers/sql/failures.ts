import { isTocsinError, TocsinError } from "@tocsin/errors";

/**
 * Classes of SQLSTATE that no repetition cures: wrong data, wrong statement, missing table or right
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html, read 2026-11).
 */
const LASTING_CLASSES = new Set(["22", "23", "28", "3D", "3F", "42"]);

/** SQLITE_ERROR (no such table …), SQLITE_READONLY, SQLITE_CORRUPT, SQLITE_CONSTRAINT, SQLITE_NOTADB (https://www.sqlite.org/rescode.html, read 2026-11). */
const LASTING_RESULTS = new Set([1, 8, 11, 19, 26]);

function isLasting(error: unknown): boolean {
  if (isTocsinError(error)) return !error.retryable;
  const { code, errcode } = (error ?? {}) as { readonly code?: unknown; readonly errcode?: unknown };
  if (typeof errcode === "number") return LASTING_RESULTS.has(errcode & 0xff);
  return typeof code === "string" && code.length === 5 && LASTING_CLASSES.has(code.slice(0, 2));
}

/** Runs a call in a transaction of its own. Whatever the database throws becomes `IDEMPOTENCY_UNAVAILABLE`. */
export async function translateFailures<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const retryable = !isLasting(error);
    throw new TocsinError(
      retryable ? "the database did not do what it was asked to" : "the database refused: are the migrations in place?",
      { code: "IDEMPOTENCY_UNAVAILABLE", retryable, cause: error },
    );
  }
}
