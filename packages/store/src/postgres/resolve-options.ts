import { TocsinError } from "@tocsin/errors";
import type { PostgresStoreOptions } from "./postgres-store-options.ts";

/** 63 bytes are Postgres's limit for a name. */
const SCHEMA_NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/** Every number, checked. */
export interface ResolvedOptions {
  readonly maxGroupCount: number;
  readonly writerCount: number;
  /** What is left of `poolSize`. */
  readonly readerCount: number;
  readonly connectTimeoutMs: number;
  readonly busyTimeoutMs: number;
  readonly statementTimeoutMs: number;
}

/** Puts in the defaults. Throws `STORE_OPTION_INVALID` for what cannot be meant; the URL is not looked at. */
export function resolveOptions(options: PostgresStoreOptions): ResolvedOptions {
  const { schema, maxGroupCount = 64, writerCount = 4, poolSize = 8 } = options;
  const { connectTimeoutMs = 2_000, busyTimeoutMs = 5_000, statementTimeoutMs = 15_000 } = options;
  if (schema !== undefined && (!SCHEMA_NAME.test(schema) || schema.startsWith("pg_"))) {
    throw invalid(
      `schema is ${JSON.stringify(schema)}: it takes lower-case letters, digits and underscores, at most 63, and begins with a letter and not with pg_`,
    );
  }
  const numbers = { maxGroupCount, writerCount, poolSize, connectTimeoutMs, busyTimeoutMs, statementTimeoutMs };
  for (const [name, value] of Object.entries(numbers)) {
    if (!(Number.isSafeInteger(value) && value >= 1)) throw invalid(`${name} is ${value}: it is a whole number from 1`);
  }
  const readerCount = poolSize - writerCount - 1;
  if (readerCount < 1) {
    throw invalid(`poolSize is ${poolSize}: with writerCount ${writerCount} it is at least ${writerCount + 2}`);
  }
  return { maxGroupCount, writerCount, readerCount, connectTimeoutMs, busyTimeoutMs, statementTimeoutMs };
}

const invalid = (message: string): TocsinError => new TocsinError(message, { code: "STORE_OPTION_INVALID" });
