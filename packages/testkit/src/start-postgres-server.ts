import { execFile, execFileSync } from "node:child_process";
import { chown } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { findBinaries } from "./find-binaries.ts";
import { freePort } from "./free-port.ts";
import { killProcessTree } from "./kill-process-tree.ts";
import { postgresAnswers } from "./server-answers.ts";
import { temporaryDirectory } from "./temporary-directory.ts";
import { createTestServer, type TestServer } from "./test-server.ts";

const PROGRAMS = ["initdb", "postgres"];
/** Small and quick to start, but as durable as a real one: fsync stays on. */
const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  shared_buffers: "16MB",
  max_connections: "50",
};

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Whether {@link startPostgresServer} can work here: `skipUnless(hasPostgresServer(), "postgres")`. */
export function hasPostgresServer(): boolean {
  return findBinaries(PROGRAMS) !== undefined && (!isRoot() || postgresAccount() !== undefined);
}

/**
 * Starts a Postgres of the test's own on a free port of 127.0.0.1, with a new data directory; user `postgres` needs no
 * password. Commits that were answered survive `kill`. It dies with this process. Postgres refuses to run as root: there it
 * runs as the account `postgres`.
 */
export async function startPostgresServer(): Promise<TestServer> {
  const folder = findBinaries(PROGRAMS);
  if (folder === undefined) throw new Error("initdb and postgres are not installed");
  const account = isRoot() ? postgresAccount() : undefined;
  if (isRoot() && account === undefined)
    throw new Error("Postgres does not run as root, and no account postgres exists");
  const { path: directory } = await temporaryDirectory();
  if (account !== undefined) await chown(directory, account.uid, account.gid);
  const dataDirectory = join(directory, "data");
  const locale = ["--encoding=UTF8", "--locale=C"];
  const setup = ["--no-sync", "--auth=trust", "--username=postgres", "--wal-segsize=1", ...locale, "-D", dataDirectory];
  await promisify(execFile)(join(folder, "initdb"), setup, { cwd: directory, ...account });
  const port = await freePort();
  return await createTestServer({
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    port,
    directory,
    program: join(folder, "postgres"),
    args: [
      ...["-D", dataDirectory, "-p", String(port)],
      ...Object.entries(SETTINGS).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    ...(account === undefined ? {} : { account }),
    // https://www.postgresql.org/docs/current/server-shutdown.html: fast, and immediate.
    stopSignal: "SIGINT",
    endSignal: "SIGQUIT",
    answers: postgresAnswers,
    killAll: killProcessTree,
  });
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function postgresAccount(): Account | undefined {
  const read = (flag: string): number => Number(execFileSync("id", [flag, "postgres"], { stdio: "pipe" }).toString());
  try {
    return { uid: read("-u"), gid: read("-g") };
  } catch {
    return undefined;
  }
}
