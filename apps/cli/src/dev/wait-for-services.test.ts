import { TocsinError } from "@tocsin/errors";
import type { Backends } from "@tocsin/relay/backends";
import { waitFor } from "@tocsin/testkit";
import { expect, test } from "vitest";
import { waitForServices } from "./wait-for-services.ts";

const away = (): TocsinError => new TocsinError("away", { code: "STORE_UNAVAILABLE", retryable: true });

function fakeBackends() {
  const stored = Promise.withResolvers<void>();
  const all = Promise.withResolvers<void>();
  const missing: ("postgres" | "redis")[] = ["postgres", "redis"];
  const backends: Pick<Backends, "missing" | "ready"> & { store: Pick<Backends["store"], "ready"> } = {
    store: { ready: () => stored.promise },
    missing: () => missing,
    ready: () => all.promise,
  };
  return { backends: backends as Backends, stored, all, missing };
}

function setUp() {
  const fake = fakeBackends();
  const stop = new AbortController();
  const waits: (readonly string[])[] = [];
  const calls: string[] = [];
  const wait = (whenStored: () => Promise<string> = async () => "key") =>
    waitForServices(fake.backends, {
      whenStored: () => {
        calls.push("stored");
        return whenStored();
      },
      onWait: (missing) => waits.push([...missing]),
      stop: stop.signal,
      patienceMs: 50,
    });
  return { ...fake, stop, waits, calls, wait };
}

test("uses the database as soon as it answers, and waits for the rest", async () => {
  const { wait, stored, all, calls, waits } = setUp();
  const waiting = wait();
  stored.resolve();
  await waitFor(() => calls.length === 1);
  all.resolve();
  expect(await waiting).toBe("key");
  expect(waits).toEqual([]);
});

test("says once what it waits for", async () => {
  const { wait, stored, all, waits, missing } = setUp();
  const waiting = wait();
  await waitFor(() => waits.length === 1);
  missing.pop();
  stored.resolve();
  all.resolve();
  await waiting;
  expect(waits).toEqual([["postgres", "redis"]]);
});

test("says nothing when nothing is missing, however long it takes", async () => {
  const { wait, stored, all, waits, missing } = setUp();
  missing.length = 0;
  stored.resolve();
  all.resolve();
  expect(await wait(() => new Promise((resolve) => setTimeout(() => resolve("slow"), 100)))).toBe("slow");
  expect(waits).toEqual([]);
});

test("tries again when the database goes away once more, and gives up for any other reason", async () => {
  const { wait, stored, all } = setUp();
  stored.resolve();
  all.resolve();
  const answers = [async () => Promise.reject(away()), async () => "late"];
  expect(await wait(() => (answers.shift() as () => Promise<string>)())).toBe("late");
  await expect(wait(() => Promise.reject(new Error("the disk is full")))).rejects.toThrow("the disk is full");
});

test("fails with a database that cannot be used at all", async () => {
  const { wait, stored, calls } = setUp();
  stored.reject(new TocsinError("no rights", { code: "STORE_MIGRATION_FAILED" }));
  await expect(wait()).rejects.toMatchObject({ code: "STORE_MIGRATION_FAILED" });
  expect(calls).toEqual([]);
});

test("ends when it is told to stop, before and while it waits", async () => {
  const { wait, stop, calls } = setUp();
  const waiting = wait();
  stop.abort();
  expect(await waiting).toBeNull();
  expect(await wait()).toBeNull();
  expect(calls).toEqual([]);
});
