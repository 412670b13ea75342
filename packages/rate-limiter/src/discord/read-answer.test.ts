import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PermitAnswer } from "./discord-limiter.ts";
import { toDiscordRoute } from "./discord-route.ts";
import { readAnswer } from "./read-answer.ts";

const ROUTE = toDiscordRoute("POST", "/channels/123456789012345678/messages", { credential: "bot" });
const BUCKET = {
  "x-ratelimit-bucket": "hash",
  "x-ratelimit-limit": "5",
  "x-ratelimit-remaining": "4",
  "x-ratelimit-reset": "1800000000.123",
  "x-ratelimit-reset-after": "1.000",
};
const answered = (status: number, headers: Record<string, string> = {}, body?: unknown): PermitAnswer => ({
  kind: "answered",
  status,
  headers,
  ...(body === undefined ? {} : { body }),
});
const read = (...given: Parameters<typeof answered>) => readAnswer(answered(...given), ROUTE);

describe("headers", () => {
  test("are read with their units", () => {
    expect(read(200, BUCKET).reading).toEqual({
      hash: "hash",
      limitCount: 5,
      remainingCount: 4,
      resetAfterMs: 1_000,
      resetAtMs: 1_800_000_000_123,
    });
  });

  test.each([
    ["x-ratelimit-limit", "0"],
    ["x-ratelimit-limit", "many"],
    ["x-ratelimit-remaining", ""],
    ["x-ratelimit-remaining", "-1"],
    ["x-ratelimit-reset-after", "Infinity"],
    ["x-ratelimit-reset-after", "-0.5"],
  ])("that make no sense are none: %s: %j", (name, value) => {
    expect(read(200, { ...BUCKET, [name]: value }).reading).toBeNull();
  });

  test("without a reset still tell the rest, and nobody has more left than the limit", () => {
    const { "x-ratelimit-reset": _, ...rest } = BUCKET;
    expect(read(200, { ...rest, "x-ratelimit-remaining": "9" }).reading).toMatchObject({
      remainingCount: 5,
      resetAtMs: null,
    });
  });
});

describe("a 429", () => {
  const VIA = { via: "1.1 google" };
  test.each([
    ["no delay", VIA, {}, null],
    ["a delay of nothing", { ...VIA, "retry-after": "0" }, { retry_after: 0 }, null],
    ["a date for a delay", { ...VIA, "retry-after": "Sun, 22 Nov 2026 00:00:00 GMT" }, {}, null],
    ["a negative delay", { ...VIA, "retry-after": "-1" }, {}, null],
    ["the header alone", { ...VIA, "retry-after": "2" }, {}, 2_000],
    ["the body alone", VIA, { retry_after: 0.331 }, 331],
    ["a body that rounds up to the header", { ...VIA, "retry-after": "65" }, { retry_after: 64.57 }, 64_570],
    ["a longer header", { ...VIA, "retry-after": "1337" }, { retry_after: 64.57 }, 1_337_000],
    ["a longer body", { ...VIA, "retry-after": "1" }, { retry_after: 3.2 }, 3_200],
    ["a body as text", VIA, '{"retry_after":0.5}', 500],
  ])("with %s", (_what, headers, body, retryAfterMs) => {
    expect(read(429, headers, body).limited?.retryAfterMs).toBe(retryAfterMs);
  });

  test.each([
    ["user", { "x-ratelimit-scope": "user" }, {}, true],
    ["shared", { "x-ratelimit-scope": "shared" }, {}, false],
    ["global", { "x-ratelimit-scope": "global" }, {}, true],
    ["global", { "x-ratelimit-global": "true" }, {}, true],
    ["global", {}, { global: true }, true],
    ["user", {}, { global: false }, true],
  ])("of scope %s by %j and %j", (scope, headers, body, isInvalid) => {
    const observation = read(429, { ...VIA, ...headers }, body);
    expect([observation.limited?.scope, observation.isInvalid]).toEqual([scope, isInvalid]);
  });

  test.each([
    ["a page, and nothing of Discord's", {}, "<html>error code: 1015</html>", true],
    ["a page, although some proxy signed it", VIA, "<html>error code: 1015</html>", true],
    [
      "words about blocking",
      VIA,
      { code: 0, message: "You are being blocked from accessing our API temporarily" },
      true,
    ],
    ["JSON that nothing of Discord's came with", {}, { retry_after: 1 }, true],
    ["JSON of Discord's", VIA, { retry_after: 1 }, false],
    ["headers of Discord's, and no body", { "x-ratelimit-scope": "user" }, undefined, false],
    ["no body, through Discord's proxy", VIA, undefined, false],
  ])("is a ban or not: %s", (_what, headers, body, isBan) => {
    expect(read(429, headers, body).bannedMs !== null).toBe(isBan);
  });
});

test.each([
  [401, true, true],
  [403, true, false],
  [404, false, false],
  [200, false, false],
])("%d counts towards a ban: %j, and ends the credential: %j", (status, isInvalid, isUnauthorized) => {
  expect(read(status)).toMatchObject({ kind: "answered", isInvalid, isUnauthorized });
});

test("a 401 says nothing about a credential where the path has a token, or nobody was named", () => {
  const webhook = toDiscordRoute("POST", "/webhooks/123456789012345678/token", { credential: "bot" });
  const nobody = toDiscordRoute("GET", "/gateway");
  for (const route of [webhook, nobody]) expect(readAnswer(answered(401), route).isUnauthorized).toBe(false);
});

test("a server that fails is as good as no answer, unless it tells of a bucket", () => {
  expect(read(502).kind).toBe("lost");
  expect(read(500, BUCKET)).toMatchObject({ kind: "answered", reading: { hash: "hash" } });
});

test("whatever a server writes, nothing is thrown and no number is wild", () => {
  const text = fc.oneof(fc.string(), fc.double().map(String), fc.integer().map(String));
  const headers = fc.dictionary(
    fc.constantFrom(...Object.keys(BUCKET), "retry-after", "x-ratelimit-scope", "via"),
    text,
  );
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 599 }), headers, fc.anything(), (status, each, body) => {
      const { limited, reading } = readAnswer({ kind: "answered", status, headers: each, body }, ROUTE);
      if (limited !== null && limited.retryAfterMs !== null) expect(limited.retryAfterMs).toBeGreaterThan(0);
      if (reading === null) return;
      expect(Object.values(reading).every((value) => typeof value !== "number" || value >= 0)).toBe(true);
      expect(reading.remainingCount).toBeLessThanOrEqual(reading.limitCount);
    }),
  );
});
