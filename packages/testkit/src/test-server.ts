import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { waitFor } from "./wait-for.ts";

/** A server of a test's own, running when it is handed over. `await using` ends it and removes its data. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  /** On 127.0.0.1; the same for the server's whole life. */
  readonly port: number;
  /** Brings it back with the data that it left, on the same port. Resolves when it answers. Does nothing while it runs. */
  start(): Promise<void>;
  /** Asks it to end in order, and resolves when it is gone. Does nothing while it is down. */
  stop(): Promise<void>;
  /** Kills every process of it with SIGKILL, and resolves when they are gone. Does nothing while it is down. */
  kill(): Promise<void>;
}

/** What {@link createTestServer} has to know of a kind of server. */
export interface TestServerDefinition {
  readonly url: string;
  readonly port: number;
  /** Working directory; removed at the end. */
  readonly directory: string;
  readonly program: string;
  readonly args: readonly string[];
  /** Whom it runs as. Absent: as this process. */
  readonly account?: { readonly uid: number; readonly gid: number };
  readonly stopSignal: NodeJS.Signals;
  /** For the last stop, after which nobody reads the data. */
  readonly endSignal: NodeJS.Signals;
  readonly answers: (url: string, timeoutMs: number) => Promise<boolean>;
  readonly killAll: (pid: number) => Promise<void>;
}

const READY_TIMEOUT_MS = 20_000;
const ANSWER_TIMEOUT_MS = 1_000;
const STOP_TIMEOUT_MS = 10_000;

/**
 * The shell becomes the server, so its pid, signals and exit are the server's. What it leaves behind reads a pipe of ours:
 * the pipe ends when this process does, even by SIGKILL, and then the server and its directory ($0) go too. Where the
 * server went first, there is nothing to kill, and the directory is kept for the next start.
 */
const WITH_WATCHER = `exec 3<&0 </dev/null
(read -r line <&3; kill -9 $$ && rm -rf -- "$0") >/dev/null 2>&1 &
exec "$@" 3<&-`;

/** Starts the server and resolves when it answers. Rejects with its output when it does not. */
export async function createTestServer(definition: TestServerDefinition): Promise<TestServer> {
  const { url, port, directory, stopSignal, endSignal, killAll } = definition;
  const removeDirectory = (): void => rmSync(directory, { recursive: true, force: true });
  const removeAtExit = (): void => {
    try {
      removeDirectory();
    } catch {
      // A server that still writes there is ended by its watcher, which then removes the rest.
    }
  };
  process.once("exit", removeAtExit);
  let child: ChildProcess | undefined;

  const gone = async (end: (running: ChildProcess) => unknown): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const running = child;
    const exited = once(running, "exit");
    await end(running);
    const timer = setTimeout(() => running.kill("SIGKILL"), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(timer);
  };
  const server: TestServer = {
    url,
    port,
    async start() {
      if (child !== undefined && child.exitCode === null && child.signalCode === null) return;
      child = await startReady(definition);
    },
    stop: () => gone((running) => running.kill(stopSignal)),
    kill: () => gone((running) => killAll(running.pid as number)),
    async [Symbol.asyncDispose]() {
      await gone((running) => running.kill(endSignal));
      process.off("exit", removeAtExit);
      removeDirectory();
    },
  };
  try {
    await server.start();
    return server;
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

async function startReady(definition: TestServerDefinition): Promise<ChildProcess> {
  const { url, program, args, directory, account, answers } = definition;
  const child = spawn("sh", ["-c", WITH_WATCHER, directory, program, ...args], {
    cwd: directory,
    // Nothing of the environment may point the server at other data, ports or languages.
    env: { PATH: process.env.PATH, LC_ALL: "C" },
    stdio: ["pipe", "pipe", "pipe"],
    ...account,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const ended = once(child, "exit").then(
    () => "ended",
    (error: Error) => error.message,
  );
  const ready = waitFor(async () => child.exitCode !== null || (await answers(url, ANSWER_TIMEOUT_MS)), {
    timeoutMs: READY_TIMEOUT_MS,
  });
  const problem = await Promise.race([
    ended,
    ready.then(
      () => (child.exitCode === null ? undefined : "ended"),
      () => "silent",
    ),
  ]);
  if (problem === undefined) return child;
  child.kill("SIGKILL");
  throw new Error(`${program} did not start (${problem}); its output:\n${output}`);
}
