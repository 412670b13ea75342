import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type StartedProcess, startProcess } from "@tocsin/testkit";

export const TOCSIN = fileURLToPath(new URL("../bin/tocsin.js", import.meta.url));

interface Channel {
  readonly id: string;
  readonly webhook_url: string;
}

/** `dev.json`, as far as the tests read it. */
export interface DevDescription {
  readonly relay: { readonly url: string; readonly api_key: string; readonly api_secret: string };
  readonly discord: {
    readonly api_url: string;
    readonly page_url: string;
    readonly bot_token: string;
    readonly channels: { readonly alerts: Channel; readonly critical: Channel; readonly forum: Channel };
  };
}

/** A Discord message, as far as the tests read it. */
export interface Message {
  readonly id: string;
  /** 0: an ordinary one. */
  readonly type: number;
  readonly content: string;
  readonly author: { readonly bot?: boolean };
  /** Of a message that a webhook sent. */
  readonly webhook_id?: string;
  readonly embeds: readonly { readonly title?: string; readonly description?: string; readonly color?: number }[];
}

/** No setting of whoever runs the tests gets into the processes. */
const CLEAN_ENV = {
  TOCSIN_URL: undefined,
  TOCSIN_API_KEY: undefined,
  TOCSIN_API_SECRET: undefined,
  NO_COLOR: undefined,
  npm_lifecycle_event: undefined,
  OTEL_EXPORTER_OTLP_ENDPOINT: undefined,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: undefined,
};

/** Starts `tocsin` with `args` in `cwd`. `ready` resolves when its output matches `readyPattern`. */
export function startTocsin(
  cwd: string,
  args: readonly string[],
  options: { readonly readyPattern: RegExp; readonly env?: Readonly<Record<string, string>> },
): StartedProcess {
  const { readyPattern, env } = options;
  return startProcess({ args: [TOCSIN, ...args], cwd, env: { ...CLEAN_ENV, ...env }, readyPattern, timeoutMs: 30_000 });
}

export const DEV_ON_FREE_PORTS = ["dev", "--port", "0", "--emulator-port", "0"] as const;

/** Starts `tocsin dev` in `cwd` on free ports. `ready` resolves when its banner is out. */
export function startDev(cwd: string, ...args: readonly string[]): StartedProcess {
  // With somebody else's Discord, a port for one of its own is refused.
  const ports = args.includes("--discord") ? ["dev", "--port", "0"] : DEV_ON_FREE_PORTS;
  return startTocsin(cwd, [...ports, ...args], { readyPattern: /Stop with Ctrl\+C/ });
}

/** Starts `tocsin emulator` in `cwd` on a free port. `ready` resolves when `discord/emulator.json` is there. */
export function startEmulator(cwd: string, limits: "documented" | "off" = "off") {
  return startProcess({
    args: [TOCSIN, "emulator", "--port", "0", "--data-dir", "discord", "--limits", limits],
    cwd,
    env: CLEAN_ENV,
    readyPattern: /emulator\.json/,
    timeoutMs: 30_000,
  });
}

/** The key of `dev.json`, as a header. */
export const authorizationOf = ({ relay }: DevDescription): string => `Bearer ${relay.api_key}:${relay.api_secret}`;

/** What a `tocsin emulator` of {@link startEmulator} says of itself. */
export async function readEmulatorDescription(cwd: string): Promise<DevDescription["discord"]> {
  return JSON.parse(await readFile(join(cwd, "discord", "emulator.json"), "utf8")) as DevDescription["discord"];
}

export async function readDevDescription(cwd: string): Promise<DevDescription> {
  return JSON.parse(await readFile(join(cwd, ".tocsin", "dev.json"), "utf8")) as DevDescription;
}

/** What the local Discord answers its bot below `/v10`. */
export async function askDiscord<T>(dev: DevDescription, path: string): Promise<T> {
  const response = await fetch(`${dev.discord.api_url}/v10${path}`, {
    headers: { authorization: `Bot ${dev.discord.bot_token}` },
  });
  if (response.status !== 200) throw new Error(`the emulator answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

/** Newest first, as Discord lists them. */
export const listMessages = (dev: DevDescription, channelId: string): Promise<readonly Message[]> =>
  askDiscord(dev, `/channels/${channelId}/messages`);

export interface Ended {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a program to its end. */
export async function runToEnd(file: string, args: readonly string[], cwd: string, input = ""): Promise<Ended> {
  const running = promisify(execFile)(file, [...args], {
    cwd,
    env: { ...process.env, ...CLEAN_ENV },
    timeout: 30_000,
  });
  running.child.stdin?.end(input);
  try {
    const { stdout, stderr } = await running;
    return { exitCode: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: number; stdout: string; stderr: string };
    return { exitCode: code ?? -1, out: stdout, err: stderr };
  }
}

/** Runs `tocsin` with `args` to its end. */
export function runTocsin(cwd: string, args: readonly string[], input = ""): Promise<Ended> {
  return runToEnd(process.execPath, [TOCSIN, ...args], cwd, input);
}
