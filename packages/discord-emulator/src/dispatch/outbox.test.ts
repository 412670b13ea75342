import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createOutbox } from "./outbox.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** An answer that is sent when the test says so. */
const createResponse = () => new EventEmitter() as ServerResponse;

test("events of a call wait for its answer, and those of others behind them", async () => {
  const outbox = createOutbox("after");
  const delivered: string[] = [];
  const response = createResponse();
  await outbox.during(response, async () => outbox.push(() => delivered.push("call")));
  outbox.push(() => delivered.push("other"));
  expect(delivered).toEqual([]);
  response.emit("finish");
  await vi.advanceTimersByTimeAsync(0);
  expect(delivered).toEqual(["call", "other"]);
});

test.each(["close", "nothing"])(
  "an answer that never goes out (%s) holds nothing back for more than a second",
  async (end) => {
    const outbox = createOutbox("after");
    const delivered: string[] = [];
    const response = createResponse();
    await outbox.during(response, async () => outbox.push(() => delivered.push("call")));
    outbox.push(() => delivered.push("other"));
    response.emit(end);
    await vi.advanceTimersByTimeAsync(end === "close" ? 0 : 1000);
    expect(delivered).toEqual(["call", "other"]);
  },
);

test("where events come before answers, only answers to calls with events are later", async () => {
  const outbox = createOutbox("before");
  const delivered: string[] = [];
  const quiet = await outbox.during(createResponse(), async () => "quiet");
  expect(quiet).toBe("quiet");
  let isAnswered = false;
  const call = outbox.during(createResponse(), async () => outbox.push(() => delivered.push("event")));
  const answered = call.then(() => {
    isAnswered = true;
  });
  await vi.advanceTimersByTimeAsync(19);
  expect([delivered, isAnswered]).toEqual([["event"], false]);
  await vi.advanceTimersByTimeAsync(1);
  await answered;
  expect(isAnswered).toBe(true);
});

test("after it is closed nothing is delivered any more", async () => {
  const outbox = createOutbox("after");
  const delivered: string[] = [];
  outbox.push(() => delivered.push("late"), 10);
  outbox.close();
  await vi.advanceTimersByTimeAsync(1000);
  expect(delivered).toEqual([]);
});
