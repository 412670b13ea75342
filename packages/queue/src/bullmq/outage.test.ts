import { inspect } from "node:util";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createOutage } from "./outage.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function recorded() {
  const errors: unknown[] = [];
  const states: string[] = [];
  const outage = createOutage({
    onError: (error) => errors.push(error),
    onStateChange: ({ state }) => states.push(state),
  });
  return { errors, states, outage };
}

test("an outage is told once, however often and in whatever parts it fails, and lasts until all of them work", () => {
  const { errors, states, outage } = recorded();
  outage.recovered("connection");
  for (let count = 0; count < 3; count++) {
    outage.failed("connection", new Error("gone"));
    outage.failed("offering", new Error("gone, too"));
  }
  outage.recovered("connection");
  vi.advanceTimersByTime(60_000);
  expect(states).toEqual(["available", "unavailable"]);
  outage.recovered("offering");
  vi.advanceTimersByTime(1_000);
  expect(states).toEqual(["available", "unavailable", "available"]);
  expect(errors).toMatchObject([
    { code: "QUEUE_REDIS_UNAVAILABLE", retryable: true, message: expect.stringMatching(/: gone$/) },
  ]);
});

test("what fails again within a second has not recovered: it is the same outage", () => {
  const { errors, states, outage } = recorded();
  outage.failed("taking", new Error("first"));
  for (let count = 0; count < 10; count++) {
    outage.recovered("taking");
    vi.advanceTimersByTime(900);
    outage.failed("taking", new Error("again"));
  }
  expect([errors.length, states]).toEqual([1, ["unavailable"]]);
  outage.recovered("taking");
  vi.advanceTimersByTime(1_000);
  outage.failed("taking", new Error("another"));
  expect([errors.length, states]).toEqual([2, ["unavailable", "available", "unavailable"]]);
});

test("nothing is available before the connection has stood", () => {
  const { states, outage } = recorded();
  outage.recovered("taking");
  expect(states).toEqual([]);
  outage.recovered("connection");
  expect(states).toEqual(["available"]);
});

test("nothing is told after the end", () => {
  const { errors, states, outage } = recorded();
  outage.failed("connection", new Error("gone"));
  outage.recovered("connection");
  outage.end();
  vi.advanceTimersByTime(60_000);
  outage.failed("connection", new Error("closed"));
  outage.recovered("connection");
  expect([errors.length, states]).toEqual([1, ["unavailable"]]);
});

test("a listener that throws changes nothing", () => {
  let toldCount = 0;
  const outage = createOutage({
    onError: () => {},
    onStateChange: () => {
      toldCount++;
      throw new Error("listener");
    },
  });
  outage.recovered("connection");
  outage.failed("connection", new Error("gone"));
  expect(toldCount).toBe(2);
});

test("neither the command of an error nor a password in its message is told", () => {
  const { errors, outage } = recorded();
  const error = Object.assign(new Error("no answer from redis://:pass-word@cache:6379"), {
    command: { name: "auth", args: ["pass-word"] },
  });
  outage.failed("connection", error);
  expect(inspect(errors, { depth: 10, showHidden: true })).not.toContain("pass-word");
  expect(errors).toMatchObject([{ message: expect.stringContaining("cache:6379") }]);
});
