import { TocsinError } from "@tocsin/errors";
import { expect, test } from "vitest";
import { isOutage } from "./is-outage.ts";

const away = new TocsinError("away", { code: "STORE_UNAVAILABLE", retryable: true });

test.each<[string, unknown, boolean]>([
  ["a database that is away", away, true],
  ["one that went away before it answered", new TocsinError("gone", { code: "STORE_COMMIT_UNKNOWN" }), true],
  ["a Redis that is away", new TocsinError("away", { code: "QUEUE_REDIS_UNAVAILABLE" }), true],
  ["what somebody made of it", new TocsinError("no", { code: "IDEMPOTENCY_UNAVAILABLE", cause: away }), true],
  ["a full disk", new TocsinError("full", { code: "STORE_WRITE_FAILED", retryable: true }), false],
  ["a foreign error around it", new Error("wrapped", { cause: away }), false],
  ["nothing", undefined, false],
])("%s", (_name, error, is) => {
  expect(isOutage(error)).toBe(is);
});
