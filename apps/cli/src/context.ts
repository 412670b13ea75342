import type { Readable } from "node:stream";

/** Where a command writes text. `process.stdout` and `process.stderr` are such outputs. */
export interface Output {
  write(text: string): unknown;
}

/** Everything a command may know of the world outside: commands never read `process` themselves. */
export interface Context {
  readonly stdin: Readable;
  /** Results only. */
  readonly stdout: Output;
  /** Errors, hints and logs. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the working directory. */
  readonly cwd: string;
  /** Whether `stdout` is a terminal. */
  readonly isTTY: boolean;
  /**
   * Aborts when the process is asked to stop (SIGINT, SIGTERM, SIGHUP). Listening starts with the first call: a command
   * that never calls it is ended by the signal itself. A later second signal ends the process at once.
   */
  stopSignal(): AbortSignal;
}
