import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** What to start and how to know that it runs. */
export interface StartProcessOptions {
  /** Arguments for Node: the script, then its own arguments. Workspace packages resolve to their sources. */
  readonly args: readonly string[];
  /** Another program, which gets `args` as they are. @default the running Node */
  readonly program?: string;
  /** Added to this process's environment; a key set to `undefined` is taken out. `NODE_OPTIONS` is never handed on. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** @default the current directory */
  readonly cwd?: string;
  /** What the output (stdout and stderr together) contains when the process is ready. Absent: ready once it is spawned. */
  readonly readyPattern?: RegExp;
  /** How long `ready` waits, in milliseconds. @default 10000 */
  readonly timeoutMs?: number;
}

/** How a process ended: one of the two is null. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child process of a test. `await using` kills it hard and waits until it is gone. */
export interface StartedProcess extends AsyncDisposable {
  readonly pid: number;
  /** Resolves with the match of `readyPattern` (groups included). Rejects when it exits first or when time is over, with its output. */
  readonly ready: Promise<RegExpExecArray | null>;
  /** Resolves when it has exited and all its output was read. Never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** Everything that it wrote until now. */
  output(): string;
  /** Sends `signal` to this process alone and resolves when it has exited. @default SIGTERM */
  kill(signal?: NodeJS.Signals): Promise<ProcessExit>;
}

const DEFAULT_READY_TIMEOUT_MS = 10_000;

/**
 * Starts a process, by default the running Node with the condition `@tocsin/source`, and collects its output.
 * It dies with the process that started it.
 */
export function startProcess(options: StartProcessOptions): StartedProcess {
  const { program, args, cwd, readyPattern, timeoutMs = DEFAULT_READY_TIMEOUT_MS } = options;
  const nodeArgs = ["--conditions=@tocsin/source", ...args];
  const child = spawn(program ?? process.execPath, program === undefined ? nodeArgs : args, {
    cwd,
    env: { ...process.env, NODE_OPTIONS: undefined, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      child.emit("output");
    });
  }
  const exited = exitOf(child);
  const ready = readiness(child, { readyPattern, timeoutMs, output: () => output, exited });
  // Not everybody waits for readiness, and an unobserved rejection would end the test run.
  ready.catch(() => undefined);

  const kill = (signal: NodeJS.Signals = "SIGTERM"): Promise<ProcessExit> => {
    child.kill(signal);
    return exited;
  };
  return {
    pid: child.pid ?? -1,
    ready,
    exited,
    output: () => output,
    kill,
    async [Symbol.asyncDispose]() {
      await kill("SIGKILL");
    },
  };
}

async function exitOf(child: ChildProcess): Promise<ProcessExit> {
  const killWithParent = (): boolean => child.kill("SIGKILL");
  process.once("exit", killWithParent);
  try {
    const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
    return { code, signal };
  } catch {
    // It could not be spawned at all: there is neither a code nor a signal.
    return { code: null, signal: null };
  } finally {
    process.off("exit", killWithParent);
  }
}

interface Watched {
  readonly readyPattern: RegExp | undefined;
  readonly timeoutMs: number;
  readonly output: () => string;
  readonly exited: Promise<ProcessExit>;
}

function readiness(child: ChildProcess, watched: Watched): Promise<RegExpExecArray | null> {
  const { readyPattern, timeoutMs, output, exited } = watched;
  const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray | null>();
  const fail = (what: string): void => reject(new Error(`${what}; its output:\n${output()}`));
  const timer = setTimeout(() => fail(`not ready within ${timeoutMs} ms`), timeoutMs);
  if (readyPattern === undefined) child.once("spawn", () => resolve(null));
  else {
    child.on("output", () => {
      const match = new RegExp(readyPattern.source, readyPattern.flags.replace(/[gy]/g, "")).exec(output());
      if (match !== null) resolve(match);
    });
  }
  exited.then(({ code, signal }) => fail(`exited (code ${code}, signal ${signal}) before it was ready`));
  return promise.finally(() => clearTimeout(timer));
}
