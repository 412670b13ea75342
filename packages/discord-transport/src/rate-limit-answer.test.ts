import { describe, expect, test } from "vitest";
import { readRateLimit } from "./rate-limit-answer.ts";

const NOW = Date.UTC(2026, 0, 1);
const VIA = { via: "1.1 google" };

describe("readRateLimit", () => {
  test.each([
    [{ "retry-after": "1" }, { retry_after: 0.376 }, 1_000],
    [{ "retry-after": "1337", "x-ratelimit-reset-after": "64.57" }, { retry_after: 64.57 }, 1_337_000],
    [{ "retry-after": "1" }, { retry_after: 64.5701 }, 64_571],
    [{}, { retry_after: 0.0001 }, 1],
    [{ "retry-after": "2" }, null, 2_000],
    [{ "retry-after": new Date(NOW + 3_000).toUTCString() }, null, 3_000],
    [{ "x-ratelimit-reset-after": "0.25" }, {}, 250],
    [{}, {}, 1_000],
    [{ "retry-after": "0" }, { retry_after: 0 }, 1_000],
    [{ "retry-after": "soon" }, { retry_after: -1 }, 1_000],
    [{ "retry-after": "Infinity" }, { retry_after: "5" }, 1_000],
  ])("waits for the longest time that is stated: %j %j", (headers, body, retryAfterMs) => {
    expect(readRateLimit({ ...VIA, ...headers }, body, NOW)).toMatchObject({ kind: "limited", retryAfterMs });
  });

  test.each([
    [VIA, { retry_after: 1e306 }],
    [VIA, { retry_after: 86_401 }],
    [{ ...VIA, "retry-after": "1e306" }, null],
    [{ ...VIA, "retry-after": "99999999999" }, null],
    [{ ...VIA, "retry-after": "Fri, 31 Dec 9999 23:59:59 GMT" }, null],
    [{ ...VIA, "x-ratelimit-reset-after": "1e306" }, null],
    [{ "retry-after": "1e306" }, null],
    [{ "retry-after": "Fri, 31 Dec 9999 23:59:59 GMT" }, null],
  ])("waits for a day at most: %j %j", (headers, body) => {
    expect(readRateLimit(headers, body, NOW).retryAfterMs).toBe(86_400_000);
  });

  test.each([
    [{ "x-ratelimit-scope": "user" }, { global: false }, "user"],
    [{ "x-ratelimit-scope": "shared" }, {}, "shared"],
    [{ "x-ratelimit-scope": "global" }, {}, "global"],
    [{ "x-ratelimit-global": "true" }, {}, "global"],
    [{}, { global: true }, "global"],
    [{ "x-ratelimit-scope": "new" }, {}, null],
  ] as const)("tells whose limit it is: %j %j", (headers, body, scope) => {
    expect(readRateLimit({ ...VIA, ...headers }, body, NOW).scope).toBe(scope);
  });

  test.each([
    [{}, null, 60_000],
    [{ "retry-after": "3" }, null, 60_000],
    [{ "retry-after": "600" }, null, 600_000],
    [{}, { code: 0, message: "You are being blocked from accessing our API temporarily" }, 60_000],
  ])("takes an answer that is not Discord's for a block: %j %j", (headers, body, retryAfterMs) => {
    expect(readRateLimit(headers, body, NOW)).toEqual({ kind: "blocked", scope: null, retryAfterMs });
  });

  test("does not take a limit of an emulator or a proxy, which sends no Via, for a block", () => {
    expect(readRateLimit({}, { retry_after: 2 }, NOW).kind).toBe("limited");
    expect(readRateLimit({ "x-ratelimit-scope": "user", "retry-after": "1" }, null, NOW).kind).toBe("limited");
  });
});
