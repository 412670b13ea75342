import { createIdempotency } from "@tocsin/idempotency";
import { createRedisStore } from "@tocsin/idempotency/drivers/redis";
import { hasRedisServer, skipUnless, startRedisServer } from "@tocsin/testkit";
import { Redis } from "ioredis";
import { describe, expect, test } from "vitest";

const OPTIONS = { fingerprint: "payload", leaseMs: 60_000, ttlMs: 60_000 };

async function open(options: { readonly appendOnly?: boolean; readonly timeoutMs?: number } = {}) {
  const server = await startRedisServer(options);
  // Waits for a connection for ever, as BullMQ asks of its clients: the driver's own limit has to hold.
  const redis = new Redis(server.url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
  redis.on("error", () => undefined);
  const { timeoutMs = 1_000 } = options;
  const { runOnce } = createIdempotency({ store: createRedisStore({ redis, prefix: "test", timeoutMs }) });
  return {
    server,
    redis,
    runOnce,
    /** The same store, for calls that are not about its limit. */
    patient: createIdempotency({ store: createRedisStore({ redis, prefix: "test", timeoutMs: 20_000 }) }),
    async [Symbol.asyncDispose]() {
      redis.disconnect();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Resolves when the client is connected. */
const answers = ({ redis }: { readonly redis: Redis }) => redis.ping();

describe.skipIf(skipUnless(hasRedisServer(), "redis-server"))("when Redis", () => {
  test("is killed during the work: the result is told as not kept; with its data it still holds the key", async () => {
    await using opened = await open({ appendOnly: true });
    await answers(opened);
    const result = await opened.runOnce("key", OPTIONS, async () => {
      await opened.server.kill();
      return "first";
    });
    expect(result).toMatchObject({ kind: "unkept", value: "first", cause: { code: "IDEMPOTENCY_UNAVAILABLE" } });
    await opened.server.start();
    await answers(opened);
    // The completion that the client had queued may have arrived after all: then it is replayed.
    const again = await opened.patient.runOnce("key", OPTIONS, () => "second");
    expect(["in-flight", "replayed"]).toContain(again.kind);
  });

  test("is killed during the work and forgets: the work runs again", async () => {
    await using opened = await open();
    await answers(opened);
    const first = await opened.runOnce("key", OPTIONS, async () => {
      await opened.server.kill();
      return "first";
    });
    expect(first.kind).toBe("unkept");
    await opened.server.start();
    await answers(opened);
    expect(await opened.patient.runOnce("key", OPTIONS, () => "second")).toEqual({ kind: "ran", value: "second" });
  });

  test("is killed for a whole lease: the work's signal aborts", async () => {
    await using opened = await open();
    await answers(opened);
    const result = await opened.runOnce("key", { ...OPTIONS, leaseMs: 250 }, async ({ signal }) => {
      await opened.server.kill();
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
      expect(signal.reason).toMatchObject({ code: "IDEMPOTENCY_LEASE_LOST" });
      return "result";
    });
    expect(result).toMatchObject({ kind: "unkept", value: "result", cause: { code: "IDEMPOTENCY_UNAVAILABLE" } });
  });

  test("is killed after the result, and keeps its data: the result is replayed, although it has lost the scripts", async () => {
    await using opened = await open({ appendOnly: true });
    await answers(opened);
    await opened.patient.runOnce("key", OPTIONS, () => "result");
    await opened.server.kill();
    await opened.server.start();
    await answers(opened);
    expect(await opened.patient.runOnce("key", OPTIONS, () => "again")).toEqual({ kind: "replayed", value: "result" });
  });

  test("is flushed: results are forgotten, and a work under way is told that its result is not kept", async () => {
    await using opened = await open();
    await answers(opened);
    const {
      redis,
      patient: { runOnce },
    } = opened;
    await runOnce("done", OPTIONS, () => "first");
    const result = await runOnce("under way", OPTIONS, async () => {
      await redis.flushall();
      return "first";
    });
    expect(result).toMatchObject({ kind: "unkept", value: "first", cause: { code: "IDEMPOTENCY_LEASE_LOST" } });
    expect((await runOnce("done", OPTIONS, () => "second")).kind).toBe("ran");
    expect((await runOnce("under way", OPTIONS, () => "second")).kind).toBe("ran");
  });

  test("is not there at the start: nothing is run, and the caller is told in time", async () => {
    await using opened = await open();
    await opened.server.kill();
    let runCount = 0;
    const running = opened.runOnce("key", OPTIONS, () => {
      runCount += 1;
      return null;
    });
    await expect(running).rejects.toMatchObject({ code: "IDEMPOTENCY_UNAVAILABLE", retryable: true });
    expect(runCount).toBe(0);
  });

  test("takes a start that its client had given up: nobody has to wait for a lease of no one", async () => {
    await using opened = await open({ timeoutMs: 100 });
    await answers(opened);
    const other = new Redis(opened.server.url);
    // Scripts count as writes: https://redis.io/docs/latest/commands/client-pause/ (read 2026-11).
    await other.client("PAUSE", 60_000, "WRITE");
    await expect(opened.runOnce("key", OPTIONS, () => "first")).rejects.toMatchObject({
      code: "IDEMPOTENCY_UNAVAILABLE",
    });
    await other.client("UNPAUSE");
    other.disconnect();
    expect((await opened.patient.runOnce("key", OPTIONS, () => "second")).kind).toBe("ran");
  });
});
