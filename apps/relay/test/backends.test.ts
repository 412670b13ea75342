import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import {
  hasRedisServer,
  randomPrefix,
  sharedPostgres,
  sharedRedis,
  skipUnless,
  startRedisServer,
  temporaryDirectory,
  waitFor,
} from "@tocsin/testkit";
import { describe, expect, test } from "vitest";
import { type BackendsOptions, isOutage, openBackends, type ServiceChange } from "../src/backends/index.ts";

const postgres = await sharedPostgres();
const redis = await sharedRedis();

/** Nothing listens there. */
const NOBODY = "127.0.0.1:1";

async function open(options: Pick<BackendsOptions, "database" | "redis"> = {}) {
  const directory = await temporaryDirectory();
  const changes: ServiceChange[] = [];
  const errors: unknown[] = [];
  const backends = await openBackends({
    ...options,
    sqliteFile: join(directory.path, "relay.sqlite"),
    onServiceChange: (change) => changes.push(change),
    onError: (error) => errors.push(error),
  });
  return {
    backends,
    changes,
    errors,
    async [Symbol.asyncDispose]() {
      await backends.close();
      await directory[Symbol.asyncDispose]();
    },
  };
}

const WEBHOOK = {
  template: "POST /webhooks/:id/:token",
  group: "POST",
  major: "webhooks/1/x",
  credential: null,
  isInteraction: false,
  webhookChannel: null,
};

describe("without services", () => {
  test("everything is in this process, and there at once", async () => {
    await using opened = await open();
    const { store, limiter, scheduler, storeName, missing, ready } = opened.backends;
    expect([store.dialect, storeName, scheduler, missing()]).toEqual(["sqlite", "store", undefined, []]);
    await ready();
    expect(await limiter.acquire(WEBHOOK)).toMatchObject({ kind: "permit" });
  });

  test("a store that takes no writes is missing under its own name", async () => {
    await using opened = await open();
    await opened.backends.store.close();
    expect(opened.backends.missing()).toEqual(["store"]);
  });
});

describe("services that are not there", () => {
  test("are named, told once and without credentials, and refuse at once", async () => {
    await using opened = await open({
      database: { url: `postgres://me:pass-WORD@${NOBODY}/alerts`, schema: "tocsin" },
      redis: { url: `redis://me:pass-WORD@${NOBODY}`, prefix: "tocsin" },
    });
    const { backends, changes, errors } = opened;
    expect(backends.missing()).toEqual(["postgres", "redis"]);
    const failure: unknown = await backends.store.write(async () => {}).catch((error: unknown) => error);
    expect(isOutage(failure)).toBe(true);
    await waitFor(() => changes.length === 2);
    expect(changes).toEqual(
      [
        {
          service: "postgres",
          state: "away",
          message: expect.stringMatching(/^Postgres at 127\.0\.0\.1:1 .+ECONNREFUSED/),
        },
        { service: "redis", state: "away", message: expect.stringMatching(/^Redis at 127\.0\.0\.1:1 .+ECONNREFUSED/) },
      ].toSorted((one) => (one.service === changes[0]?.service ? -1 : 1)),
    );
    expect(JSON.stringify([changes, errors, String(failure)])).not.toContain("pass-WORD");
    // Limits go on alone.
    expect(await backends.limiter.acquire(WEBHOOK)).toMatchObject({ kind: "permit" });
  });
});

describe.skipIf(skipUnless(postgres.isReachable, "Postgres") || skipUnless(redis.isReachable, "Redis"))(
  "Postgres and Redis",
  () => {
    test("are used under names of their own, with a scheduler over Redis", async () => {
      const name = randomPrefix();
      await using opened = await open({
        database: { url: postgres.url, schema: name },
        redis: { url: redis.url, prefix: name },
      });
      const { backends, changes } = opened;
      await backends.ready();
      expect([backends.store.dialect, backends.storeName, backends.missing()]).toEqual(["postgres", "postgres", []]);
      expect(backends.scheduler).toBeTypeOf("function");
      expect(await backends.limiter.acquire(WEBHOOK)).toMatchObject({ kind: "permit" });
      await backends.store.write(async (tx) => void (await tx.schema.dropSchema(name).cascade().execute()));
      expect(changes).toEqual([]);
    });

    test("Redis without Postgres shares limits and no wakes", async () => {
      await using opened = await open({ redis: { url: redis.url, prefix: randomPrefix() } });
      await opened.backends.ready();
      expect(opened.backends.store.dialect).toBe("sqlite");
      expect(opened.backends.scheduler).toBeUndefined();
    });
  },
);

/** Sends one command to a Redis and waits for its answer. */
async function command(port: number, text: string): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  socket.write(`${text}\r\n`);
  await once(socket, "data");
  socket.destroy();
}

describe.skipIf(skipUnless(hasRedisServer(), "redis-server"))("a Redis that comes and goes", () => {
  test("is missing while it is away, takes no writes, or is away again, and told at each end", async () => {
    await using server = await startRedisServer();
    await server.stop();
    await using opened = await open({ redis: { url: server.url, prefix: randomPrefix() } });
    const { backends, changes } = opened;
    const isMissing = (is: boolean) =>
      waitFor(() => backends.missing().includes("redis") === is, { timeoutMs: 10_000 });
    await waitFor(() => changes.length === 1);
    const isThere = backends.ready();
    await server.start();
    await isThere;
    expect(backends.missing()).toEqual([]);
    await command(server.port, "CONFIG SET maxmemory 1");
    await isMissing(true);
    await command(server.port, "CONFIG SET maxmemory 0");
    await isMissing(false);
    await server.kill();
    await isMissing(true);
    await server.start();
    await isMissing(false);
    expect(changes.map(({ state }) => state)).toEqual(["away", "back", "away", "back", "away", "back"]);
    expect(changes[2]?.message).toContain("OOM");
  });
});
