import { RESTJSONErrorCodes } from "discord-api-types/v10";
import { expect, test } from "vitest";
import { CODES, fixOf } from "./codes.ts";

test("has only codes that Discord documents", () => {
  const known = new Set<number>(Object.values(RESTJSONErrorCodes).filter((code) => typeof code === "number"));
  expect([...CODES.keys()].filter((code) => !known.has(code))).toEqual([]);
});

test("has them in order, once each", () => {
  const codes = [...CODES.keys()];
  expect(codes).toEqual(codes.toSorted((a, b) => a - b));
});

test("an outcome tells what would help it", () => {
  const rejected = (details: object) => fixOf({ kind: "rejected", reason: "other", details: { ...details } });
  expect(rejected({ status: 404, code: 10008 })).toBe("resend");
  expect(rejected({ status: 400, code: 50083 })).toBe("unarchive");
  expect(rejected({ status: 413, code: 40005 })).toBe("reshape");
  expect(rejected({ status: 413 })).toBe("reshape");
  expect(fixOf({ kind: "retryable", reason: "rate-limited", details: { status: 429, code: 30046 } })).toBe(
    "post-instead",
  );
});

test("and says nothing where Discord did not", () => {
  expect(fixOf({ kind: "delivered", value: null })).toBeUndefined();
  expect(fixOf({ kind: "unknown", reason: "timeout" })).toBeUndefined();
  for (const details of [
    null,
    "10008",
    [10008],
    {},
    { code: 10008 },
    { status: 404, code: "10008" },
    { status: 404 },
  ]) {
    expect(fixOf({ kind: "rejected", reason: "other", details })).toBeUndefined();
  }
});

test("a block against abuse, which calls a message unknown, is not answered by posting it again", () => {
  expect(fixOf({ kind: "rejected", reason: "forbidden", details: { status: 403, code: 10008 } })).toBeUndefined();
});
