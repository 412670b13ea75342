import { fileURLToPath } from "node:url";
import { type StartedProcess, startProcess } from "@tocsin/testkit";
import type { WorkerOptions } from "./journal.ts";

const PROGRAM = fileURLToPath(new URL("./worker.ts", import.meta.url));

/** Starts a worker; ready when it is at its point, or, without one, when nothing is open any more. */
export const startWorker = (options: WorkerOptions): StartedProcess =>
  startProcess({
    args: [PROGRAM, JSON.stringify(options)],
    readyPattern: options.stopAt === null ? /^done$/m : new RegExp(`^at ${options.stopAt}$`, "m"),
    timeoutMs: 15_000,
  });
