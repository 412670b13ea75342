import { expect, test } from "vitest";
import { randomPrefix } from "./random-prefix.ts";

test("is a short name that needs no quotes anywhere", () => {
  expect(randomPrefix()).toMatch(/^[a-z][a-z0-9]{1,19}$/);
});

test("is a new one each time", () => {
  expect(new Set(Array.from({ length: 1_000 }, randomPrefix)).size).toBe(1_000);
});
