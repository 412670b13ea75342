import { TocsinError } from "@tocsin/errors";
import { createIdempotency, type Idempotency, type IdempotencyStore, type RunOnceResult } from "@tocsin/idempotency";
import { createMemoryStore } from "@tocsin/idempotency/drivers/memory";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

const OPTIONS = { fingerprint: "payload", leaseMs: 900, ttlMs: 60_000 };

let store: IdempotencyStore;
const unavailable = () => Promise.reject(new TocsinError("gone", { code: "IDEMPOTENCY_UNAVAILABLE", retryable: true }));

beforeEach(() => {
  vi.useFakeTimers();
  store = createMemoryStore({ maxCount: 100 });
});
afterEach(() => {
  vi.useRealTimers();
});

const runOnce: Idempotency["runOnce"] = (key, options, work) =>
  createIdempotency({ store }).runOnce(key, options, work);

/** A work that goes on until the test ends it, and the signal that it was given. */
function openWork() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const started = Promise.withResolvers<AbortSignal>();
  return {
    end: resolve,
    fail: reject,
    signal: started.promise,
    work({ signal }: { readonly signal: AbortSignal }) {
      started.resolve(signal);
      return promise;
    },
  };
}

test("a work that takes many leases keeps its key", async () => {
  const { work, end } = openWork();
  const running = runOnce("key", OPTIONS, work);
  await vi.advanceTimersByTimeAsync(10_000);
  expect((await runOnce("key", OPTIONS, () => "second")).kind).toBe("in-flight");
  end("first");
  expect(await running).toEqual({ kind: "ran", value: "first" });
});

test("nothing extends the lease once the work is over", async () => {
  const extend = vi.spyOn(store, "extend");
  await runOnce("done", OPTIONS, () => "result");
  await expect(runOnce("failed", OPTIONS, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(extend).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

test("a process that stood still while another one started: the signal aborts, and the result is not kept", async () => {
  const { work, signal, end } = openWork();
  const running = runOnce("key", OPTIONS, work);
  const given = await signal;
  // Standing still: time passes, and no timer runs.
  vi.setSystemTime(Date.now() + OPTIONS.leaseMs);
  const other = openWork();
  const otherRunning = runOnce("key", OPTIONS, other.work);
  await other.signal;
  expect(given.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(OPTIONS.leaseMs / 3);
  expect(given.reason).toMatchObject({ code: "IDEMPOTENCY_LEASE_LOST", retryable: true });
  end("first");
  expect(await running).toMatchObject({ kind: "unkept", value: "first", cause: { code: "IDEMPOTENCY_LEASE_LOST" } });
  other.end("second");
  expect(await otherRunning).toEqual({ kind: "ran", value: "second" });
  expect(await runOnce("key", OPTIONS, () => "third")).toEqual({ kind: "replayed", value: "second" });
});

test("a process that stood still and was not missed keeps its key and its result", async () => {
  const { work, signal, end } = openWork();
  const running = runOnce("key", OPTIONS, work);
  await signal;
  vi.setSystemTime(Date.now() + 20 * OPTIONS.leaseMs);
  await vi.advanceTimersByTimeAsync(OPTIONS.leaseMs / 3);
  expect((await runOnce("key", OPTIONS, () => "second")).kind).toBe("in-flight");
  end("first");
  expect(await running).toEqual({ kind: "ran", value: "first" });
});

test("a store out of reach for less than a lease is not noticed by the work", async () => {
  const { work, signal, end } = openWork();
  const running = runOnce("key", OPTIONS, work);
  const given = await signal;
  const extend = vi.spyOn(store, "extend").mockImplementation(unavailable);
  await vi.advanceTimersByTimeAsync(600);
  extend.mockRestore();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(given.aborted).toBe(false);
  end("result");
  expect((await running).kind).toBe("ran");
});

test.each([
  ["refuses", unavailable],
  ["hangs", () => new Promise<never>(() => {})],
])("a store that %s for a whole lease aborts the signal at the lease's end", async (_, extend) => {
  vi.spyOn(store, "extend").mockImplementation(extend);
  const { work, signal, end } = openWork();
  const running = runOnce("key", OPTIONS, work);
  const given = await signal;
  await vi.advanceTimersByTimeAsync(OPTIONS.leaseMs - 1);
  expect(given.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(given.reason).toMatchObject({ code: "IDEMPOTENCY_LEASE_LOST" });
  // The store has the last word: nobody else has started.
  end("result");
  expect(await running).toEqual({ kind: "ran", value: "result" });
});

/** The store's next answer to `begin` takes `ms` to arrive, and `meanwhile` happens before it does. */
function answerLate(ms: number, meanwhile?: () => Promise<unknown>): void {
  const { begin } = store;
  vi.spyOn(store, "begin").mockImplementationOnce(async (...args) => {
    const begun = await begin(...args);
    await vi.advanceTimersByTimeAsync(ms);
    await meanwhile?.();
    return begun;
  });
}

test("a start that was answered late has a whole lease again before the work begins", async () => {
  answerLate(20 * OPTIONS.leaseMs);
  const { work, signal, end } = openWork();
  const running = runOnce("key", OPTIONS, work);
  const given = await signal;
  await vi.advanceTimersByTimeAsync(OPTIONS.leaseMs - 1);
  expect(given.aborted).toBe(false);
  expect((await runOnce("key", OPTIONS, () => "second")).kind).toBe("in-flight");
  end("first");
  expect((await running).kind).toBe("ran");
});

test("a start that was answered so late that somebody else has started runs nothing", async () => {
  const work = vi.fn(() => "first");
  answerLate(2 * OPTIONS.leaseMs, () => runOnce("key", OPTIONS, () => "second"));
  await expect(runOnce("key", OPTIONS, work)).rejects.toMatchObject({
    code: "IDEMPOTENCY_LEASE_LOST",
    retryable: true,
  });
  expect(work).not.toHaveBeenCalled();
  expect(await runOnce("key", OPTIONS, work)).toEqual({ kind: "replayed", value: "second" });
});

test("a result that cannot be kept is told with its value, and the work may run again after the lease", async () => {
  const complete = vi.spyOn(store, "complete").mockImplementation(unavailable);
  const first = await runOnce("key", OPTIONS, () => "first");
  expect(first).toMatchObject({ kind: "unkept", value: "first", cause: { code: "IDEMPOTENCY_UNAVAILABLE" } });
  complete.mockRestore();
  expect((await runOnce("key", OPTIONS, () => "second")).kind).toBe("in-flight");
  vi.setSystemTime(Date.now() + OPTIONS.leaseMs);
  expect(await runOnce("key", OPTIONS, () => "second")).toEqual({ kind: "ran", value: "second" });
});

test("a result that the store refuses is told with its value", async () => {
  const value = "x".repeat(100_000);
  expect(await runOnce("key", OPTIONS, () => value)).toMatchObject({
    kind: "unkept",
    value,
    cause: { code: "IDEMPOTENCY_VALUE_REFUSED" },
  });
});

test("a store out of reach at the start throws, and nothing is run", async () => {
  vi.spyOn(store, "begin").mockImplementation(unavailable);
  const work = vi.fn(() => "result");
  await expect(runOnce("key", OPTIONS, work)).rejects.toMatchObject({
    code: "IDEMPOTENCY_UNAVAILABLE",
    retryable: true,
  });
  expect(work).not.toHaveBeenCalled();
});

test("when the work throws and the store is out of reach, the work's own error comes through", async () => {
  vi.spyOn(store, "abandon").mockImplementation(unavailable);
  await expect(runOnce("key", OPTIONS, () => Promise.reject(new Error("mine")))).rejects.toThrow("mine");
  expect((await runOnce("key", OPTIONS, () => "second")).kind).toBe("in-flight");
});

test("an error after which the work may have run keeps the key until the lease ends", async () => {
  const mayHaveRun = (error: unknown) => (error as Error).message === "timeout";
  await expect(runOnce("a", { ...OPTIONS, mayHaveRun }, () => Promise.reject(new Error("refused")))).rejects.toThrow();
  expect((await runOnce("a", OPTIONS, () => "again")).kind).toBe("ran");
  await expect(runOnce("b", { ...OPTIONS, mayHaveRun }, () => Promise.reject(new Error("timeout")))).rejects.toThrow();
  await vi.advanceTimersByTimeAsync(OPTIONS.leaseMs - 1);
  expect(await runOnce("b", OPTIONS, () => "again")).toEqual({ kind: "in-flight", retryAfterMs: 1 });
  await vi.advanceTimersByTimeAsync(1);
  expect((await runOnce("b", OPTIONS, () => "again")).kind).toBe("ran");
});

test("the caller's signal reaches the work, whose error gives the key back", async () => {
  const controller = new AbortController();
  const running = runOnce("key", { ...OPTIONS, signal: controller.signal }, ({ signal }) => {
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => reject(signal.reason));
    return promise;
  });
  const outcome = expect(running).rejects.toThrow("enough");
  await vi.advanceTimersByTimeAsync(0);
  controller.abort(new Error("enough"));
  await outcome;
  expect((await runOnce("key", OPTIONS, () => "again")).kind).toBe("ran");
});

test("a signal that has aborted before the work runs nothing and leaves the key free", async () => {
  const work = vi.fn(() => "result");
  const aborted = AbortSignal.abort(new Error("too late"));
  await expect(runOnce("key", { ...OPTIONS, signal: aborted }, work)).rejects.toThrow("too late");
  const controller = new AbortController();
  const running = runOnce("key", { ...OPTIONS, signal: controller.signal }, work);
  controller.abort(new Error("while beginning"));
  await expect(running).rejects.toThrow("while beginning");
  expect(work).not.toHaveBeenCalled();
  expect((await runOnce("key", OPTIONS, () => "again")).kind).toBe("ran");
});

test("a result completed early is the one that is kept", async () => {
  const result = await runOnce("key", OPTIONS, async ({ complete }) => {
    await complete("early");
    return "returned";
  });
  expect(result).toEqual({ kind: "ran", value: "returned" });
  expect(await runOnce("key", OPTIONS, () => "again")).toEqual({ kind: "replayed", value: "early" });
});

test("an early completion that failed is told, although the work went on", async () => {
  const complete = vi.spyOn(store, "complete").mockImplementation(unavailable);
  const result = await runOnce("key", OPTIONS, async ({ complete }) => {
    await complete("early").catch(() => undefined);
    return "returned";
  });
  expect(result).toMatchObject({ kind: "unkept", value: "returned", cause: { code: "IDEMPOTENCY_UNAVAILABLE" } });
  expect(complete).toHaveBeenCalledTimes(1);
});

test("a work that throws after it has completed is not run again", async () => {
  const running = runOnce("key", OPTIONS, async ({ complete }) => {
    await complete("early");
    throw new Error("clean-up failed");
  });
  await expect(running).rejects.toThrow("clean-up failed");
  expect(await runOnce("key", OPTIONS, () => "again")).toEqual({ kind: "replayed", value: "early" });
});

test("an early completion of a lost key throws into the work", async () => {
  const result: Promise<RunOnceResult<string>> = runOnce("key", OPTIONS, async ({ complete }) => {
    vi.setSystemTime(Date.now() + OPTIONS.leaseMs);
    await runOnce("key", OPTIONS, () => "somebody else's");
    await complete("mine");
    return "not reached";
  });
  await expect(result).rejects.toMatchObject({ code: "IDEMPOTENCY_LEASE_LOST", retryable: true });
  expect(await runOnce("key", OPTIONS, () => "again")).toEqual({ kind: "replayed", value: "somebody else's" });
});

test("spans default to 30 seconds for the lease and a day for the result", async () => {
  const begin = vi.spyOn(store, "begin");
  await runOnce("key", { fingerprint: "payload" }, () => "result");
  expect(begin.mock.calls[0]?.[1]).toMatchObject({ leaseMs: 30_000, ttlMs: 86_400_000 });
});
