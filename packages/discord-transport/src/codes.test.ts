import { RESTJSONErrorCodes } from "discord-api-types/v10";
import { expect, test } from "vitest";
import { CODES } from "./codes.ts";

test("has only codes that Discord documents", () => {
  const known = new Set<number>(Object.values(RESTJSONErrorCodes).filter((code) => typeof code === "number"));
  expect([...CODES.keys()].filter((code) => !known.has(code))).toEqual([]);
});

test("has them in order, once each", () => {
  const codes = [...CODES.keys()];
  expect(codes).toEqual(codes.toSorted((a, b) => a - b));
});
