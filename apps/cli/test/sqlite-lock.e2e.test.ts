import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startProcess, temporaryDirectory, waitFor } from "@tocsin/testkit";
import { expect, test } from "vitest";
import { expectAllDelivered, startLoad } from "./alert-client.ts";
import { readDevDescription, startDev, startEmulator } from "./dev-process.ts";
import { isHealthy, readinessOf } from "./services.ts";

const LOCK_MS = 5_000;

/** Takes the write lock of the database as a backup or somebody's shell would, and lets go by itself. */
const lockScript = (file: string): string => `
  const { DatabaseSync } = require("node:sqlite");
  const database = new DatabaseSync(${JSON.stringify(file)});
  database.exec("PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE");
  console.log("locked");
  setTimeout(() => { database.exec("ROLLBACK"); database.close(); console.log("released"); }, ${LOCK_MS});
`;

test("SQLite locked by another process for 5 s: the relay lives on, says what is missing, and loses nothing", async () => {
  await using directory = await temporaryDirectory();
  const cwd = directory.path;
  await using emulator = startEmulator(cwd);
  await emulator.ready;
  await using relay = startDev(cwd, "--discord", "discord/emulator.json");
  await relay.ready;
  const dev = await readDevDescription(cwd);
  const before = startLoad({ alertCount: 10, clientCount: 2, current: () => dev });
  await before.done;

  const file = join(cwd, ".tocsin", "relay.sqlite");
  await using locker = startProcess({ args: ["--eval", lockScript(file)], readyPattern: /locked/ });
  await locker.ready;
  const isLocked = () => !locker.output().includes("released");
  const load = startLoad({ alertCount: 20, clientCount: 4, current: () => dev });
  const answeredMs: number[] = [];
  const told = new Set<string>();
  while (isLocked()) {
    const startedAt = performance.now();
    expect(await isHealthy(dev.relay.url)).toBe(true);
    // An answer that came after the lock was released proves nothing.
    if (isLocked()) answeredMs.push(performance.now() - startedAt);
    told.add((await readinessOf(dev.relay.url)).missing.join());
    await delay(50);
  }
  console.log(
    `SQLite locked: ${answeredMs.length} answers of /healthz meanwhile, the slowest after ${Math.round(Math.max(...answeredMs))} ms`,
  );
  expect(answeredMs.length).toBeGreaterThanOrEqual(20);
  expect([...told]).toContain("store");

  await load.done;
  await expectAllDelivered(dev, [...before.posted, ...load.posted]);
  await waitFor(async () => (await readinessOf(dev.relay.url)).status === 200);
  await relay.kill();
}, 60_000);
