import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { EmulatorDescription } from "@tocsin/discord-emulator";

/** A local Discord in a process of its own. */
export interface BenchDiscord extends Disposable {
  readonly description: EmulatorDescription;
  /** Answers 429 until now, by scope. */
  rateLimited(): Promise<Readonly<Record<string, number>>>;
}

type BenchProcess = ChildProcessByStdio<Writable, Readable, null> & { readonly lines: AsyncIterator<string> };

function start(script: string, parameter: string): BenchProcess {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, ["--conditions=@tocsin/source", path, parameter], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return Object.assign(child, { lines });
}

async function lineOf({ lines }: BenchProcess): Promise<string> {
  const { value, done } = await lines.next();
  if (done) throw new Error("a process of the bench ended too early");
  return value;
}

/** Half of the round trip passes before the limits are asked; the other half is {@link farFetch}'s. */
export async function startDiscord(roundTripMs: number): Promise<BenchDiscord> {
  const child = start("./emulator-process.ts", String(roundTripMs / 2));
  const description = JSON.parse(await lineOf(child)) as EmulatorDescription;
  return {
    description,
    async rateLimited() {
      const response = await fetch(`${description.control_url}/stats`);
      return ((await response.json()) as { readonly rate_limited: Record<string, number> }).rate_limited;
    },
    [Symbol.dispose]: () => void child.kill("SIGKILL"),
  };
}

/** `fetch` whose answers are under way for half of the round trip. */
export function farFetch(roundTripMs: number): typeof fetch {
  return async (...request) => {
    const response = await fetch(...request);
    await delay(roundTripMs / 2);
    return response;
  };
}

/** What one sending process is to do. */
export interface SenderTask {
  readonly candidate: "tocsin" | "@discordjs/rest";
  readonly apiUrl: string;
  readonly botToken: string;
  readonly channelId: string;
  readonly redisUrl: string;
  readonly prefix: string;
  readonly durationMs: number;
  readonly roundTripMs: number;
}

/** Runs sending processes, which begin together once all of them are there; resolves with how many messages of each arrived in time. */
export async function runSenders(task: SenderTask, processCount: number): Promise<readonly number[]> {
  const children = Array.from({ length: processCount }, () => start("./sender-process.ts", JSON.stringify(task)));
  await Promise.all(children.map(lineOf));
  for (const child of children) child.stdin.write("go\n");
  const counts = await Promise.all(children.map(lineOf));
  for (const child of children) child.kill("SIGKILL");
  return counts.map(Number);
}
