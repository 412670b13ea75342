import { Readable } from "node:stream";
import type { Context } from "../src/context.ts";

export interface FakeContext extends Context {
  out(): string;
  err(): string;
  /** Aborts the stop signal, as SIGTERM would. */
  stop(): void;
}

/** A context without a process: nothing of the environment of the test run gets in. */
export function createFakeContext(
  given: {
    readonly env?: Context["env"];
    readonly cwd?: string;
    readonly isTTY?: boolean;
    readonly stdin?: string;
  } = {},
): FakeContext {
  let out = "";
  let err = "";
  const controller = new AbortController();
  return {
    stdin: Readable.from(given.stdin === undefined ? [] : [given.stdin]),
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    env: given.env ?? {},
    cwd: given.cwd ?? "/nowhere",
    isTTY: given.isTTY ?? false,
    stopSignal: () => controller.signal,
    out: () => out,
    err: () => err,
    stop: () => controller.abort(),
  };
}
