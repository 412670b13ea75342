import { inspect } from "node:util";
import { createIdempotency } from "@tocsin/idempotency";
import { createRedisStore } from "@tocsin/idempotency/drivers/redis";
import { randomPrefix, sharedRedis, skipUnless } from "@tocsin/testkit";
import { Redis } from "ioredis";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { BEGIN } from "../src/drivers/redis/scripts.ts";
import { removeKeys } from "./support/redis-harness.ts";

const { url, isReachable } = await sharedRedis();
const OPTIONS = { fingerprint: "payload", leaseMs: 60_000, ttlMs: 120_000 };

describe.skipIf(skipUnless(isReachable, "Redis"))("createRedisStore", () => {
  const redis = new Redis(url, { lazyConnect: true });
  const prefix = randomPrefix();
  const store = createRedisStore({ redis, prefix });
  const nameOf = (key: string) => `${prefix}:0::${key}`;

  beforeEach(() => removeKeys(redis, prefix));
  afterAll(async () => {
    await removeKeys(redis, prefix);
    redis.disconnect();
  });

  test("leaves nothing in Redis that does not end by itself", async () => {
    const { runOnce } = createIdempotency({ store });
    await runOnce("done", OPTIONS, () => "result");
    await store.begin("held", OPTIONS);
    await store.begin("long lease", { ...OPTIONS, leaseMs: 300_000 });
    const limits = { done: 120_000, held: 120_000, "long lease": 300_000 };
    for (const [key, limitMs] of Object.entries(limits)) {
      const leftMs = await redis.pttl(nameOf(key));
      expect(leftMs).toBeGreaterThan(limitMs - 60_000);
      expect(leftMs).toBeLessThanOrEqual(limitMs);
    }
    expect((await redis.keys(`${prefix}:*`)).sort()).toEqual(Object.keys(limits).map(nameOf).sort());
  });

  test("a start that the client sends twice, since the connection broke before the answer, is one start", async () => {
    const send = (token: string) => redis.eval(BEGIN.lua, 1, nameOf("key"), "payload", token, 60_000, 60_000);
    expect(await send("token 1")).toEqual(["started"]);
    expect(await send("token 1")).toEqual(["started"]);
    expect(await send("token 2")).toEqual(["in-flight", expect.any(Number)]);
  });

  test("honours the client's own key prefix", async () => {
    const prefixed = new Redis(url, { keyPrefix: `${prefix}:` });
    await createIdempotency({ store: createRedisStore({ redis: prefixed, prefix: "inner" }) }).runOnce(
      "key",
      OPTIONS,
      () => 1,
    );
    expect(await redis.exists(`${prefix}:inner:0::key`)).toBe(1);
    prefixed.disconnect();
  });

  test("two prefixes are two stores", async () => {
    await store.begin("key", OPTIONS);
    const other = createRedisStore({ redis, prefix: `${prefix}:other` });
    expect((await other.begin("key", OPTIONS)).kind).toBe("started");
  });

  test("an error of Redis shows neither keys nor results, also not in its cause", async () => {
    await redis.set(nameOf("key"), "not a hash");
    const failure = await store.begin("key", { ...OPTIONS, fingerprint: "secret-fingerprint" }).catch((error) => error);
    expect(failure).toMatchObject({ code: "IDEMPOTENCY_UNAVAILABLE", retryable: true });
    expect(failure.cause.message).toMatch(/WRONGTYPE/);
    expect(inspect(failure, { depth: 10, showHidden: true })).not.toContain("secret-fingerprint");
  });

  test("options out of their range are refused", () => {
    const invalid = expect.objectContaining({ code: "IDEMPOTENCY_INVALID" });
    expect(() => createRedisStore({ redis, prefix, timeoutMs: 0 })).toThrow(invalid);
    expect(() => createRedisStore({ redis, prefix, maxValueBytes: 20_000_000 })).toThrow(invalid);
  });
});
