import {
  hasPostgresServer,
  hasRedisServer,
  skipUnless,
  startPostgresServer,
  startRedisServer,
  temporaryDirectory,
  waitFor,
} from "@tocsin/testkit";
import { describe, expect, test, vi } from "vitest";
import { expectAllDelivered, startLoad } from "./alert-client.ts";
import { authorizationOf, readDevDescription, startDev, startEmulator } from "./dev-process.ts";
import { isHealthy, OUTAGES, readinessOf, startWaitingDev, toldOf, WITH_SERVICES, writeServices } from "./services.ts";

// Each starts several servers and processes, on a machine that runs other tests beside them.
vi.setConfig({ testTimeout: 120_000 });

const PASSWORD = "pass-WORD-1";

const withPassword = (url: string): string => url.replace("postgres@", `postgres:${PASSWORD}@`);

describe.skipIf(skipUnless(hasPostgresServer(), "postgres") || skipUnless(hasRedisServer(), "redis-server"))(
  "tocsin dev with Postgres and Redis",
  () => {
    test("waits for both, says which is missing, goes on by itself when they come, and ends without them", async () => {
      await using directory = await temporaryDirectory();
      const cwd = directory.path;
      await using postgres = await startPostgresServer();
      await using redis = await startRedisServer();
      await Promise.all([postgres.stop(), redis.stop()]);
      await using emulator = startEmulator(cwd);
      await emulator.ready;
      await writeServices(cwd, { postgresUrl: withPassword(postgres.url), redisUrl: redis.url });

      await using dev = startWaitingDev(cwd);
      const { missing, url = "" } = (await dev.ready)?.groups ?? {};
      expect(missing).toBe("postgres and redis");
      expect(await isHealthy(url)).toBe(true);
      expect(await readinessOf(url)).toEqual({ status: 503, missing: ["postgres", "redis"] });
      const startedAt = performance.now();
      const refused = await fetch(`${url}/alerts`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: "Bearer any:key" },
        body: '{"title":"nobody keeps this"}',
      });
      console.log(`Postgres absent: POST /alerts answered after ${Math.round(performance.now() - startedAt)} ms`);
      expect(refused.status).toBe(503);
      expect(await refused.json()).toMatchObject({ error: { code: "unavailable" } });

      await redis.start();
      await waitFor(async () => (await readinessOf(url)).missing.join() === "postgres", { timeoutMs: 10_000 });
      expect(dev.output()).not.toMatch(/ready/i);
      await expect(readDevDescription(cwd)).rejects.toMatchObject({ code: "ENOENT" });

      await postgres.start();
      await waitFor(() => dev.output().includes("Tocsin is ready."), { timeoutMs: 20_000 });
      expect((await readinessOf(url)).status).toBe(200);
      const description = await readDevDescription(cwd);
      expect(description.relay.url).toBe(url);
      const load = startLoad({ alertCount: 3, clientCount: 1, current: () => description });
      await load.done;
      await expectAllDelivered(description, load.posted);
      const listed = await fetch(`${url}/alerts`, { headers: { authorization: authorizationOf(description) } });
      expect(await listed.json()).toMatchObject({ meta: { total: 3 } });

      for (const service of ["postgres", "redis"] as const) expect(toldOf(dev.output(), service)).toMatch(OUTAGES);
      expect(dev.output()).toMatch(/Postgres at 127\.0\.0\.1:\d+ cannot be used \(/);
      expect(dev.output()).not.toContain(PASSWORD);

      // It ends in order although nobody is there to end it with.
      await Promise.all([postgres.kill(), redis.kill()]);
      expect(await dev.kill("SIGINT")).toEqual({ code: 0, signal: null });
    });

    test("ends when it is told to while it waits", async () => {
      await using directory = await temporaryDirectory();
      const cwd = directory.path;
      await using emulator = startEmulator(cwd);
      await emulator.ready;
      await using redis = await startRedisServer();
      await redis.stop();
      // Nothing listens on a port that was just given up.
      await writeServices(cwd, { postgresUrl: `postgres://postgres@127.0.0.1:${redis.port}/none` });
      await using dev = startWaitingDev(cwd);
      await dev.ready;
      expect(await dev.kill("SIGINT")).toEqual({ code: 0, signal: null });
      expect(dev.output()).not.toMatch(/ready/i);
    });

    test("keeps every promise over a kill -9 of Postgres under load, and refuses meanwhile", async () => {
      await using directory = await temporaryDirectory();
      const cwd = directory.path;
      await using postgres = await startPostgresServer();
      await using redis = await startRedisServer();
      await using emulator = startEmulator(cwd);
      await emulator.ready;
      await writeServices(cwd, { postgresUrl: withPassword(postgres.url), redisUrl: redis.url });
      await using relay = startDev(cwd, ...WITH_SERVICES);
      await relay.ready;
      const dev = await readDevDescription(cwd);

      const alertCount = 240;
      const load = startLoad({ alertCount, clientCount: 8, current: () => dev });
      await load.reached(80);
      await postgres.kill();
      await waitFor(() => load.unavailableCount() >= 20, { timeoutMs: 10_000 });
      expect(await readinessOf(dev.relay.url)).toEqual({ status: 503, missing: ["postgres"] });
      expect(await isHealthy(dev.relay.url)).toBe(true);
      await postgres.start();
      await load.done;
      expect(new Set(load.posted.map(({ id }) => id)).size).toBe(alertCount);

      const { messageCount, doubledCount } = await expectAllDelivered(dev, load.posted);
      console.log(
        `Postgres killed: ${alertCount} accepted, ${load.unavailableCount()} refused, ${messageCount} messages, ${doubledCount} alerts stand twice or more`,
      );
      await waitFor(async () => (await readinessOf(dev.relay.url)).status === 200);
      // That it went, and that it is back: no line for each request and each probe in between.
      expect(toldOf(relay.output(), "postgres")).toMatch(OUTAGES);
      expect(relay.output()).not.toContain(PASSWORD);
      await relay.kill();
    });
  },
);
