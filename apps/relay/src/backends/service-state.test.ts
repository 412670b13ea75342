import { TocsinError } from "@tocsin/errors";
import { describe, expect, test } from "vitest";
import type { ServiceChange } from "./backends.ts";
import { createServiceState } from "./service-state.ts";

function setUp() {
  const changes: ServiceChange[] = [];
  const state = createServiceState({
    service: "redis",
    title: "Redis at cache:6379",
    consequence: "each process is alone",
    onChange: (change) => changes.push(change),
  });
  return { changes, state, messages: () => changes.map(({ message }) => message) };
}

const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });

describe("the state of a service", () => {
  test("is told once when it goes away and once when it is back, however often it is asked", () => {
    const { state, messages } = setUp();
    for (let round = 0; round < 3; round += 1) state.recovered("connection");
    for (let round = 0; round < 3; round += 1) state.failed("connection", refused);
    for (let round = 0; round < 3; round += 1) state.recovered("connection");
    expect(messages()).toEqual([
      "Redis at cache:6379 cannot be used (connect ECONNREFUSED): each process is alone",
      "Redis at cache:6379 is back",
    ]);
  });

  test("is not told of a service that is there from the start, but of one that is not", () => {
    const present = setUp();
    present.state.recovered("connection");
    expect(present.changes).toEqual([]);
    const absent = setUp();
    absent.state.failed("connection", refused);
    expect(absent.changes).toMatchObject([{ service: "redis", state: "away" }]);
  });

  test("is back only when every part that failed works again", () => {
    const { state, changes } = setUp();
    state.recovered("connection");
    state.failed("wakes", refused);
    state.failed("connection", refused);
    state.recovered("connection");
    expect(state.isUsable()).toBe(false);
    state.recovered("wakes");
    expect(state.isUsable()).toBe(true);
    expect(changes.map((change) => change.state)).toEqual(["away", "back"]);
  });

  test("is not usable before anything is known, and tells who waits when it is", async () => {
    const { state } = setUp();
    expect(state.isUsable()).toBe(false);
    const waiting = state.whenUsable();
    state.failed("connection", refused);
    state.recovered("connection");
    await waiting;
    expect(state.isUsable()).toBe(true);
  });

  test("is told no more at the end", () => {
    const { state, changes } = setUp();
    state.recovered("connection");
    state.end();
    state.failed("connection", new Error("the connection was closed"));
    expect(changes).toEqual([]);
  });

  test.each<[unknown, string]>([
    [new TocsinError("wrapped", { code: "STORE_UNAVAILABLE", cause: refused }), "connect ECONNREFUSED"],
    [Object.assign(new AggregateError([refused, refused]), { code: "ECONNREFUSED" }), "ECONNREFUSED"],
    [new Error("no answer\n  from redis://user:pass-WORD@cache:6379"), "no answer from redis://[redacted]@cache:6379"],
    ["closed", "closed"],
  ])("has its reason in one line and without credentials: %s", (error, reason) => {
    const { state, messages } = setUp();
    state.failed("connection", error);
    expect(messages()).toEqual([`Redis at cache:6379 cannot be used (${reason}): each process is alone`]);
  });
});
