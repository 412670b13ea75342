import { expect, test } from "vitest";
import { isTocsinError, TocsinError } from "./tocsin-error.ts";

test("carries code, retryable and cause", () => {
  const cause = new Error("disk full");
  const error = new TocsinError("cannot open the store", { code: "STORE_UNAVAILABLE", retryable: true, cause });
  expect(error).toMatchObject({
    name: "TocsinError",
    code: "STORE_UNAVAILABLE",
    retryable: true,
    message: "cannot open the store",
  });
  expect(error.cause).toBe(cause);
  expect(error.message).not.toContain("disk full");
});

test("is not retryable unless it says so", () => {
  expect(new TocsinError("x", { code: "X" }).retryable).toBe(false);
});

test("is recognised across copies of the package", async () => {
  // @ts-expect-error: the query makes the runner load the module a second time; TypeScript does not know such paths.
  const copy: typeof import("./tocsin-error.ts") = await import("./tocsin-error.ts?copy");
  expect(copy.TocsinError).not.toBe(TocsinError);
  const foreign = new copy.TocsinError("x", { code: "X" });
  expect(isTocsinError(foreign)).toBe(true);
  for (const other of [new Error("x"), null, undefined, "x", { code: "X" }]) expect(isTocsinError(other)).toBe(false);
});
