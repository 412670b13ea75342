import { EventEmitter } from "node:events";
import { describe, expect, test } from "vitest";
import { handleSignals, type SignalProcess } from "./signals.ts";

function createFakeProcess() {
  const emitter = new EventEmitter();
  const exits: number[] = [];
  const fake: SignalProcess = {
    on: (signal, listener) => emitter.on(signal, listener),
    off: (signal, listener) => emitter.off(signal, listener),
    exit: (code) => exits.push(code),
  };
  return { fake, exits, send: (signal: string) => emitter.emit(signal) };
}

/** Lets promise callbacks run. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe.each([
  ["SIGTERM", 143],
  ["SIGINT", 130],
])("%s", (signal, exitCode) => {
  test("closes in order and exits with 0", async () => {
    const { fake, exits, send } = createFakeProcess();
    const { promise, resolve } = Promise.withResolvers<void>();
    let closeCount = 0;
    const close = () => {
      closeCount += 1;
      return promise;
    };
    handleSignals({ close, onError: () => {}, process: fake });
    send(signal);
    await settled();
    expect([closeCount, exits]).toEqual([1, []]);
    resolve();
    await settled();
    expect(exits).toEqual([0]);
  });

  test(`exits at once with ${exitCode} the second time`, async () => {
    const { fake, exits, send } = createFakeProcess();
    handleSignals({ close: () => new Promise(() => {}), onError: () => {}, process: fake });
    send("SIGTERM");
    send(signal);
    expect(exits).toEqual([exitCode]);
  });

  test("tells of a close that failed and exits with 1", async () => {
    const { fake, exits, send } = createFakeProcess();
    const errors: unknown[] = [];
    const failure = new Error("stuck");
    handleSignals({ close: () => Promise.reject(failure), onError: (error) => errors.push(error), process: fake });
    send(signal);
    await settled();
    expect([errors, exits]).toEqual([[failure], [1]]);
  });

  test("is left alone once the listeners are removed", () => {
    const { fake, send } = createFakeProcess();
    handleSignals({ close: () => Promise.reject(new Error("called")), onError: () => {}, process: fake })();
    expect(send(signal)).toBe(false);
  });
});
