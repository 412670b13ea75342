import { connect, createServer, type Socket } from "node:net";
import { inspect } from "node:util";
import { hasRedisServer, skipUnless, startRedisServer, waitFor } from "@tocsin/testkit";
import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from "vitest";
import type { LaneRef } from "../src/lane-ref.ts";
import { createHeldDrains } from "../src/testing/held-drains.ts";
import { createHarness, lane, runHeld } from "./bullmq-harness.ts";

describe.skipIf(skipUnless(hasRedisServer(), "redis-server"))("Redis in trouble", () => {
  let written: MockInstance[] = [];
  beforeEach(() => {
    written = (["log", "warn", "error"] as const).map((method) => vi.spyOn(console, method));
  });
  // Neither BullMQ nor ioredis may write to the console of an application.
  afterEach(() => {
    const calls = written.flatMap(({ mock }) => mock.calls);
    for (const spy of written) spy.mockRestore();
    expect(calls).toEqual([]);
  });

  const unavailable = { code: "QUEUE_REDIS_UNAVAILABLE", retryable: true };

  test("killed and started again: lanes are drained meanwhile, it is told once, and wakes are shared again", async () => {
    await using server = await startRedisServer();
    await using harness = createHarness(server.url);
    const owed: LaneRef[] = [];
    const [accepting, draining] = [await harness.open(), await harness.open({ probe: async () => owed.splice(0) })];
    const held = createHeldDrains();
    draining.scheduler.run(held.drain, { concurrency: 1, probeMs: 20 });
    accepting.scheduler.wake(lane("taken"));
    await waitFor(() => held.countOf("default/taken") === 1);
    accepting.scheduler.wake(lane("waiting"));
    await waitFor(async () => (await harness.jobCounts()).waiting === 1);
    await server.kill();
    await waitFor(() => accepting.states.at(-1) === "unavailable" && draining.states.at(-1) === "unavailable");
    owed.push(lane("waiting"));
    draining.scheduler.wake(lane("woken here"));
    for (let count = 1; count <= 3; count++) {
      await waitFor(() => held.started.length === count);
      held.finish(held.started[count - 1] as string);
    }
    expect(held.started.toSorted()).toEqual(["default/taken", "default/waiting", "default/woken here"]);
    await server.start();
    await waitFor(() => accepting.states.at(-1) === "available" && draining.states.at(-1) === "available");
    accepting.scheduler.wake(lane("afterwards"));
    await waitFor(() => held.countOf("default/afterwards") === 1);
    for (const { errors, states } of [accepting, draining]) {
      expect(errors).toMatchObject([unavailable]);
      expect(states).toEqual(["available", "unavailable", "available"]);
    }
  });

  test("flushed: what was offered is found by the probe, and the next wakes are shared as before", async () => {
    await using server = await startRedisServer();
    await using harness = createHarness(server.url);
    const owed: LaneRef[] = [];
    const [accepting, draining] = [await harness.open(), await harness.open({ probe: async () => owed.splice(0) })];
    const held = createHeldDrains();
    draining.scheduler.run(held.drain, { concurrency: 1, probeMs: 20 });
    accepting.scheduler.wake(lane("taken"));
    await waitFor(() => held.countOf("default/taken") === 1);
    accepting.scheduler.wake(lane("waiting"));
    await waitFor(async () => (await harness.jobCounts()).waiting === 1);
    await harness.admin.flushall();
    owed.push(lane("waiting"));
    held.finish("default/taken");
    await waitFor(() => held.countOf("default/waiting") === 1);
    held.finish("default/waiting");
    await waitFor(() => harness.isTaking());
    await harness.admin.flushall();
    accepting.scheduler.wake(lane("afterwards"));
    await waitFor(() => held.countOf("default/afterwards") === 1);
    expect(held.started).toEqual(["default/taken", "default/waiting", "default/afterwards"]);
    expect([...accepting.errors, ...draining.errors]).toEqual([]);
  });

  test("flushed under a job: its end does not end the new job that has got its id", async () => {
    await using server = await startRedisServer();
    await using harness = createHarness(server.url);
    const [accepting, draining] = [await harness.open(), await harness.open()];
    const held = createHeldDrains();
    runHeld(draining, held, 2);
    accepting.scheduler.wake(lane("before"));
    await waitFor(() => held.countOf("default/before") === 1);
    await harness.admin.flushall();
    accepting.scheduler.wake(lane("after"));
    await waitFor(() => held.countOf("default/after") === 1);
    expect(await harness.admin.get(harness.key("id"))).toBe("1");
    held.finish("default/before");
    // Taken after the end of "before", when its job has been ended, too.
    accepting.scheduler.wake(lane("last"));
    await waitFor(() => held.countOf("default/last") === 1);
    expect(await harness.admin.lrange(harness.key("active"), 0, -1)).toEqual(["2", "1"]);
  });

  test("absent at the start: a full process keeps its wakes, and sharing begins when Redis comes", async () => {
    await using server = await startRedisServer();
    await server.kill();
    await using harness = createHarness(server.url);
    const [accepting, draining] = [harness.create(), harness.create()];
    const held = createHeldDrains();
    runHeld(draining, held, 1);
    await waitFor(() => draining.states.length === 1);
    for (const id of ["a", "b", "c"]) draining.scheduler.wake(lane(id));
    for (const id of ["a", "b", "c"]) {
      await waitFor(() => held.countOf(`default/${id}`) === 1);
      held.finish(`default/${id}`);
    }
    await server.start();
    await waitFor(() => accepting.states.at(-1) === "available" && draining.states.at(-1) === "available");
    accepting.scheduler.wake(lane("d"));
    await waitFor(() => held.countOf("default/d") === 1);
    expect(draining.errors).toMatchObject([unavailable]);
    expect(draining.states).toEqual(["unavailable", "available"]);
  });

  test("gone at the end: closing does not wait for it", async () => {
    await using server = await startRedisServer();
    await using harness = createHarness(server.url);
    const [accepting, draining, late] = [await harness.open(), await harness.open(), harness.create()];
    const held = createHeldDrains();
    const running = runHeld(draining, held);
    accepting.scheduler.wake(lane("a"));
    await waitFor(() => held.countOf("default/a") === 1);
    await server.kill();
    accepting.scheduler.wake(lane("b"));
    await running.close();
    await Promise.all([accepting, draining, late].map(({ scheduler }) => scheduler.close()));
    expect(held.runningCount()).toBe(0);
  });

  test("full: told once, wakes stay here, and sharing goes on by itself", async () => {
    await using server = await startRedisServer();
    await using harness = createHarness(server.url);
    const member = await harness.open();
    const held = createHeldDrains();
    runHeld(member, held, 1);
    await harness.admin.config("SET", "maxmemory", "1");
    for (const id of ["a", "b", "c"]) member.scheduler.wake(lane(id));
    await waitFor(() => member.states.at(-1) === "unavailable");
    member.scheduler.wake(lane("d"));
    for (const id of ["a", "b", "c", "d"]) {
      await waitFor(() => held.countOf(`default/${id}`) === 1);
      held.finish(`default/${id}`);
    }
    await harness.admin.config("SET", "maxmemory", "0");
    await waitFor(() => member.states.at(-1) === "available");
    expect(member.states).toEqual(["available", "unavailable", "available"]);
    expect(member.errors).toMatchObject([unavailable]);
  });

  test("silent: a full process drains its own wakes, and sharing goes on when it answers again", async () => {
    await using server = await startRedisServer();
    await using line = await createLine(server.port);
    await using harness = createHarness(server.url);
    const member = await harness.open({ redis: line.url });
    const held = createHeldDrains();
    runHeld(member, held, 1);
    line.hang();
    member.scheduler.wake(lane("a"));
    member.scheduler.wake(lane("b"));
    await waitFor(() => member.states.at(-1) === "unavailable");
    member.scheduler.wake(lane("c"));
    for (const id of ["a", "b", "c"]) {
      await waitFor(() => held.countOf(`default/${id}`) === 1);
      held.finish(`default/${id}`);
    }
    line.resume();
    await waitFor(() => member.states.at(-1) === "available", { timeoutMs: 10_000 });
    expect(member.errors).toMatchObject([unavailable]);
  });

  test("that allows no waiting: it is told, though wakes can be given away", async () => {
    await using server = await startRedisServer();
    await using harness = createHarness(server.url);
    await harness.admin.call("ACL", "SETUSER", "limited", "on", "nopass", "~*", "&*", "+@all", "-bzpopmin");
    const member = await harness.open({ redis: server.url.replace("//", "//limited:any@") });
    const held = createHeldDrains();
    runHeld(member, held);
    await waitFor(() => member.states.at(-1) === "unavailable");
    await harness.admin.call("ACL", "SETUSER", "limited", "+bzpopmin");
    await waitFor(() => member.states.at(-1) === "available");
    (await harness.open()).scheduler.wake(lane("a"));
    await waitFor(() => held.countOf("default/a") === 1);
    expect(member.errors).toMatchObject([{ ...unavailable, message: expect.stringContaining("bzpopmin") }]);
  });

  test("a password is in no error", async () => {
    await using server = await startRedisServer();
    await using harness = createHarness(server.url);
    await harness.admin.config("SET", "requirepass", "right");
    const member = harness.create({ redis: server.url.replace("//", "//default:wrong-and-secret@") });
    runHeld(member, createHeldDrains());
    await waitFor(() => member.states.at(-1) === "unavailable");
    expect(inspect(member.errors, { depth: 10, showHidden: true })).not.toContain("wrong-and-secret");
    expect(member.errors).toMatchObject([{ message: expect.stringContaining("WRONGPASS") }]);
  });
});

/** A way to Redis that can be made to carry nothing, without being closed. */
async function createLine(port: number) {
  const sockets = new Set<Socket>();
  let isHanging = false;
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("error", () => {});
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
      if (isHanging) from.unpipe().pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `redis://127.0.0.1:${address.port}`,
    hang() {
      isHanging = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    /** Connections made meanwhile stay dead. */
    resume() {
      isHanging = false;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
