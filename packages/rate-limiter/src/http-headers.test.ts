import { expect, test } from "vitest";
import { toRateLimitHeaders } from "./http-headers.ts";

const RULE = { name: "api", algorithm: "gcra", limit: 10, windowMs: 60_000 } as const;

test("seconds are rounded up", () => {
  const decision = { allowed: true, remaining: 9, retryAfterMs: 0, resetAfterMs: 6_001 };
  expect(toRateLimitHeaders(RULE, decision)).toMatchObject({ "ratelimit-reset": "7", ratelimit: '"api";r=9;t=7' });
  const denial = { allowed: false, remaining: 0, retryAfterMs: 1, resetAfterMs: 59_001 };
  expect(toRateLimitHeaders(RULE, denial)).toMatchObject({ "retry-after": "1", "ratelimit-reset": "1" });
});

test("a window that has no whole seconds is not stated", () => {
  const decision = { allowed: true, remaining: 9, retryAfterMs: 0, resetAfterMs: 50 };
  const policyOf = (windowMs: number) => toRateLimitHeaders({ ...RULE, windowMs }, decision)["ratelimit-policy"];
  expect([500, 1_000, 1_500, 3_600_000].map(policyOf)).toEqual([
    '"api";q=10',
    '"api";q=10;w=1',
    '"api";q=10',
    '"api";q=10;w=3600',
  ]);
});
