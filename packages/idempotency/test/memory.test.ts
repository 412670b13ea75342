import { createMemoryStore, type MemoryStore } from "@tocsin/idempotency/drivers/memory";
import { createFakeClock } from "@tocsin/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";

const OPTIONS = { fingerprint: "payload", leaseMs: 1_000, ttlMs: 10_000 };

function open(maxCount: number) {
  const clock = createFakeClock();
  return { clock, store: createMemoryStore({ maxCount, now: clock.now }) };
}

async function start(store: MemoryStore, key: string, options: Partial<typeof OPTIONS> = {}) {
  const begun = await store.begin(key, { ...OPTIONS, ...options });
  if (begun.kind !== "started") throw new Error(`expected a start, got ${begun.kind}`);
  return begun.token;
}

const finish = async (store: MemoryStore, key: string, options: Partial<typeof OPTIONS> = {}) =>
  store.complete(await start(store, key, options), `result of ${key}`);

const kindOf = async (store: MemoryStore, key: string) => (await store.begin(key, OPTIONS)).kind;

test("a full store forgets the result that was kept first, and counts it", async () => {
  const { store } = open(3);
  const late = await start(store, "begun first");
  await finish(store, "a");
  await finish(store, "b");
  await store.complete(late, "kept last");
  expect(store.evictedCount).toBe(0);
  await start(store, "d");
  expect(store.evictedCount).toBe(1);
  expect(await kindOf(store, "b")).toBe("replayed");
  expect(await kindOf(store, "begun first")).toBe("replayed");
  expect(await kindOf(store, "a")).toBe("started");
  expect(store.evictedCount).toBe(2);
});

test("results that have ended make room without being counted", async () => {
  const { store, clock } = open(2);
  await finish(store, "a");
  await finish(store, "b", { ttlMs: 500 });
  clock.advance(9_999);
  await finish(store, "c");
  expect(store.evictedCount).toBe(1);
  clock.advance(10_000);
  await start(store, "d");
  await start(store, "e");
  expect(store.evictedCount).toBe(1);
});

test("a held key is never forgotten: when all are held, a start is refused until one is given back, done or lapsed", async () => {
  const { store, clock } = open(3);
  const [a, b] = [await start(store, "a"), await start(store, "b")];
  await start(store, "c", { leaseMs: 200 });
  await expect(store.begin("d", OPTIONS)).rejects.toMatchObject({ code: "IDEMPOTENCY_FULL", retryable: true });
  expect(await kindOf(store, "c")).toBe("in-flight");

  await store.abandon(a);
  await start(store, "d", { leaseMs: 5_000 });
  await expect(store.begin("e", OPTIONS)).rejects.toMatchObject({ code: "IDEMPOTENCY_FULL" });

  await store.complete(b, "result");
  await start(store, "e", { leaseMs: 5_000 });
  expect(store.evictedCount).toBe(1);
  await expect(store.begin("f", OPTIONS)).rejects.toMatchObject({ code: "IDEMPOTENCY_FULL" });

  clock.advance(200);
  await start(store, "f", { leaseMs: 5_000 });
  await expect(store.begin("g", OPTIONS)).rejects.toMatchObject({ code: "IDEMPOTENCY_FULL" });
  clock.advance(5_000);
  await start(store, "g");
});

test("a lease that was extended is not taken for a lapsed one when the store is full", async () => {
  const { store, clock } = open(1);
  const token = await start(store, "a");
  await store.extend(token, 5_000);
  clock.advance(2_000);
  await expect(store.begin("b", OPTIONS)).rejects.toMatchObject({ code: "IDEMPOTENCY_FULL" });
  expect(await store.complete(token, "result")).toBe("stored");
});

test("a full store takes a known key's next start without forgetting another", async () => {
  const { store, clock } = open(2);
  await finish(store, "a");
  await start(store, "b");
  clock.advance(1_000);
  await start(store, "b");
  expect(await kindOf(store, "a")).toBe("replayed");
  expect(store.evictedCount).toBe(0);
});

test("for any order of results and time a full store keeps the newest, and counts each that it forgets early", async () => {
  const step = fc.record({ key: fc.nat(9), ttlMs: fc.constantFrom(50, 1_000), waitMs: fc.constantFrom(0, 0, 20, 60) });
  const property = fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
    const { store, clock } = open(4);
    let expected: { readonly key: string; readonly endsAt: number }[] = [];
    let evictedCount = 0;
    for (const { key, ttlMs, waitMs } of steps) {
      clock.advance(waitMs);
      const name = `key ${key}`;
      if (expected.some((each) => each.key === name && each.endsAt > clock.now())) continue;
      expected = expected.filter((each) => each.key !== name);
      while (expected[0] !== undefined && expected[0].endsAt <= clock.now()) expected.shift();
      if (expected.length === 4) {
        expected.shift();
        evictedCount += 1;
      }
      await finish(store, name, { ttlMs });
      expected.push({ key: name, endsAt: clock.now() + ttlMs });
    }
    expect(store.evictedCount).toBe(evictedCount);
    for (const { key } of expected.filter(({ endsAt }) => endsAt > clock.now())) {
      expect(await kindOf(store, key)).toBe("replayed");
    }
  });
  await fc.assert(property);
});

test("leases and results end at their millisecond, not before", async () => {
  const { store, clock } = open(10);
  await start(store, "held");
  await finish(store, "done");
  clock.advance(999);
  expect(await store.begin("held", OPTIONS)).toEqual({ kind: "in-flight", retryAfterMs: 1 });
  clock.advance(1);
  expect(await kindOf(store, "held")).toBe("started");
  clock.advance(8_999);
  expect(await kindOf(store, "done")).toBe("replayed");
  clock.advance(1);
  expect(await kindOf(store, "done")).toBe("started");
});

test("whoever gets a result gets a copy of their own", async () => {
  const { store } = open(10);
  const value = { list: ["as it was"] };
  await store.complete(await start(store, "key"), value);
  value.list.push("changed");
  const replayed = await store.begin("key", OPTIONS);
  if (replayed.kind === "replayed") (replayed.value as unknown as typeof value).list.push("changed");
  expect(await store.begin("key", OPTIONS)).toEqual({ kind: "replayed", value: { list: ["as it was"] } });
});

test("options out of their range are refused", () => {
  const invalid = expect.objectContaining({ code: "IDEMPOTENCY_INVALID" });
  for (const maxCount of [0, 1.5, Number.NaN, 10_000_001])
    expect(() => createMemoryStore({ maxCount })).toThrow(invalid);
  expect(() => createMemoryStore({ maxCount: 1, maxValueBytes: 0 })).toThrow(invalid);
});
