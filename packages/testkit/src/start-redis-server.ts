import { join } from "node:path";
import { findBinaries } from "./find-binaries.ts";
import { freePort } from "./free-port.ts";
import { redisAnswers } from "./server-answers.ts";
import { temporaryDirectory } from "./temporary-directory.ts";
import { createTestServer, type TestServer } from "./test-server.ts";

/** How the Redis keeps its data. */
export interface RedisServerOptions {
  /**
   * Whether its data outlives `stop` and `kill` (append-only file; what was answered survives a SIGKILL). Without it, every
   * `start` begins empty, like a Redis that was flushed.
   *
   * @default false
   */
  readonly appendOnly?: boolean;
}

/** Whether {@link startRedisServer} can work here: `skipUnless(hasRedisServer(), "redis-server")`. */
export function hasRedisServer(): boolean {
  return findBinaries(["redis-server"]) !== undefined;
}

/** Starts a `redis-server` of the test's own on a free port of 127.0.0.1. It dies with this process. */
export async function startRedisServer(options: RedisServerOptions = {}): Promise<TestServer> {
  const { appendOnly = false } = options;
  const folder = findBinaries(["redis-server"]);
  if (folder === undefined) throw new Error("redis-server is not installed");
  const { path: directory } = await temporaryDirectory();
  const port = await freePort();
  const settings = { port, bind: "127.0.0.1", dir: directory, save: "", appendonly: appendOnly ? "yes" : "no" };
  return await createTestServer({
    url: `redis://127.0.0.1:${port}`,
    port,
    directory,
    program: join(folder, "redis-server"),
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    stopSignal: "SIGTERM",
    endSignal: "SIGKILL",
    answers: redisAnswers,
    killAll: async (pid) => void process.kill(pid, "SIGKILL"),
  });
}
