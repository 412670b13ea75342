import { expect, test } from "vitest";
import { createInvalidRequests } from "./invalid-requests.ts";

test("bans an address at its 10,000th invalid request, until its ten minutes are over", () => {
  let now = 0;
  const invalid = createInvalidRequests(() => now);
  for (let count = 0; count < 9_999; count += 1) invalid.note("a", 401, undefined);
  invalid.note("a", 429, "shared");
  invalid.note("a", 404, undefined);
  expect([invalid.bannedMs("a"), invalid.totalCount()]).toEqual([0, 9_999]);
  now = 60_000;
  invalid.note("a", 429, "user");
  expect(invalid.bannedMs("a")).toBe(540_000);
  expect(invalid.bannedMs("b")).toBe(0);
  now = 600_000;
  expect(invalid.bannedMs("a")).toBe(0);
});
