import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { conditionsNow } from "./conditions-now.ts";

beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => vi.useRealTimers());

const onError = vi.fn();
const options = { now: () => 1_000, onError };

test("what is over is none, and what has no end is looked at again after a day", async () => {
  const conditionsOf = async () =>
    new Map([
      ["a", { kind: "silenced", untilAt: 1_000 }],
      ["b", { kind: "muted", untilAt: Number.POSITIVE_INFINITY }],
    ] as const);
  const found = await conditionsNow("org", [], { ...options, conditionsOf });
  expect([...found]).toEqual([["b", { kind: "muted", untilAt: 86_401_000 }]]);
  expect(vi.getTimerCount()).toBe(0);
});

test("who never answers silences nothing, and holds nobody up for longer than five seconds", async () => {
  const found = conditionsNow("org", [], { ...options, conditionsOf: () => Promise.withResolvers<never>().promise });
  await vi.advanceTimersByTimeAsync(5_000);
  expect([...(await found)]).toEqual([]);
  expect(onError).toHaveBeenCalledWith(new Error("conditionsOf gave no answer within 5000 ms"));
});
