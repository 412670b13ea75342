import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
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
import { type DevDescription, readDevDescription, startDev, startEmulator } from "./dev-process.ts";
import { isHealthy, OUTAGES, readinessOf, startWaitingDev, toldOf, WITH_SERVICES, writeServices } from "./services.ts";

// Each starts several servers and processes, on a machine that runs other tests beside them.
vi.setConfig({ testTimeout: 120_000 });

/** Sends one command to a Redis and waits for its answer. */
async function command(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(`${text}\r\n`);
  const [answer] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  return answer.toString();
}

/** What a relay that still waits has told nobody yet: its address is printed, its key lies beside the data. */
async function describeWaiting(cwd: string, url: string): Promise<DevDescription> {
  const key = JSON.parse(await readFile(join(cwd, ".tocsin", "dev-key.json"), "utf8")) as DevDescription["relay"];
  const discord = JSON.parse(await readFile(join(cwd, "discord", "emulator.json"), "utf8"));
  return { relay: { ...key, url }, discord };
}

describe.skipIf(skipUnless(hasPostgresServer(), "postgres") || skipUnless(hasRedisServer(), "redis-server"))(
  "tocsin dev without its Redis",
  () => {
    test("accepts and delivers when it is absent at the start, over SQLite too, and uses it when it comes", async () => {
      await using directory = await temporaryDirectory();
      const cwd = directory.path;
      await using redis = await startRedisServer();
      await redis.stop();
      await using emulator = startEmulator(cwd);
      await emulator.ready;
      await writeServices(cwd, { redisUrl: redis.url });
      await using relay = startWaitingDev(cwd);
      const { missing, url = "" } = (await relay.ready)?.groups ?? {};
      expect(missing).toBe("redis");
      expect(await isHealthy(url)).toBe(true);
      expect(await readinessOf(url)).toEqual({ status: 503, missing: ["redis"] });
      expect((await readinessOf(url, "?exclude=redis")).status).toBe(200);

      const dev = await describeWaiting(cwd, url);
      const load = startLoad({ alertCount: 5, clientCount: 1, current: () => dev });
      await load.done;
      expect(await expectAllDelivered(dev, load.posted)).toMatchObject({ shownCount: 5, doubledCount: 0 });
      expect(load.unavailableCount()).toBe(0);

      await redis.start();
      await waitFor(() => relay.output().includes("Tocsin is ready."), { timeoutMs: 10_000 });
      expect((await readinessOf(url)).status).toBe(200);
      expect(await relay.kill()).toEqual({ code: 0, signal: null });
    });

    test("loses nothing and doubles nothing over a kill -9 and a FLUSHALL under load", async () => {
      await using directory = await temporaryDirectory();
      const cwd = directory.path;
      await using postgres = await startPostgresServer();
      await using redis = await startRedisServer();
      await using emulator = startEmulator(cwd);
      await emulator.ready;
      await writeServices(cwd, { postgresUrl: postgres.url, redisUrl: redis.url });
      await using relay = startDev(cwd, ...WITH_SERVICES);
      await relay.ready;
      const dev = await readDevDescription(cwd);
      const isMissing = async (names: string) => (await readinessOf(dev.relay.url)).missing.join() === names;

      const alertCount = 240;
      const load = startLoad({ alertCount, clientCount: 4, current: () => dev });
      await load.reached(60);
      await redis.kill();
      await waitFor(() => isMissing("redis"), { timeoutMs: 10_000 });
      const acceptedBefore = load.posted.length;
      await load.reached(acceptedBefore + 60);
      expect(await isMissing("redis")).toBe(true);
      await redis.start();
      await waitFor(() => isMissing(""), { timeoutMs: 10_000 });
      await load.reached(acceptedBefore + 120);
      expect(await command(redis.port, "FLUSHALL")).toBe("+OK\r\n");
      await load.done;
      expect(load.unavailableCount()).toBe(0);
      expect(await expectAllDelivered(dev, load.posted)).toMatchObject({ shownCount: alertCount, doubledCount: 0 });
      await waitFor(() => isMissing(""), { timeoutMs: 10_000 });
      expect(toldOf(relay.output(), "redis")).toMatch(OUTAGES);
      await relay.kill();
    });
  },
);
