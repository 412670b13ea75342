import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { waitFor } from "./wait-for.ts";

interface ProcessRow {
  readonly pid: number;
  readonly parentPid: number;
}

/**
 * Ends a process and its children with SIGKILL and resolves when none of them runs any more. The parent is halted first,
 * so that it cannot start another child in between.
 */
export async function killProcessTree(pid: number): Promise<void> {
  process.kill(pid, "SIGSTOP");
  const pids = [pid, ...(await runningProcesses()).filter((row) => row.parentPid === pid).map((row) => row.pid)];
  for (const victim of pids.toReversed()) sendKill(victim);
  await waitFor(async () => !(await runningProcesses()).some((row) => pids.includes(row.pid)));
}

function sendKill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Gone already, which is what was wanted.
  }
}

/** Zombies are left out: they run no more, and an orphan may stay one for good where process 1 collects nobody. */
async function runningProcesses(): Promise<readonly ProcessRow[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,stat="]);
  return stdout.split("\n").flatMap((line) => {
    const [pid, parentPid, state] = line.trim().split(/\s+/);
    if (pid === undefined || pid === "" || state?.startsWith("Z") === true) return [];
    return [{ pid: Number(pid), parentPid: Number(parentPid) }];
  });
}
