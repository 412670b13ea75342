import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { EmulatorDescription } from "../description.ts";
import type { EmulatorOptions } from "../emulator.ts";

/** A local Discord in a process of its own. Disposing kills it. */
export interface EmulatorProcess extends AsyncDisposable {
  readonly description: EmulatorDescription;
  /** Asks the control API, with a body by POST, and gives its answer. Rejects for any answer but a 2xx. */
  control(path: string, body?: object): Promise<unknown>;
  /** Makes a request as the bot and gives the answer. Rejects for any answer but a 2xx. */
  asBot(method: "GET" | "POST", path: string, body?: object): Promise<unknown>;
  /** Exchanges the limits; all buckets are full afterwards. */
  setLimits(profile: NonNullable<EmulatorOptions["limits"]>): Promise<void>;
  /** Makes its clock jump ahead, and all that depends on it: limits, nonces, ids. */
  advance(ms: number): Promise<void>;
}

/**
 * Starts one and resolves when it answers: for tests and benchmarks whose own process is to have no part in it. It ends with the
 * process that started it. Rejects when it ends before it answers; why stands on stderr.
 */
export async function startEmulatorProcess(options: Omit<EmulatorOptions, "now"> = {}): Promise<EmulatorProcess> {
  const isSource = import.meta.url.endsWith(".ts");
  const script = fileURLToPath(new URL(isSource ? "./child.ts" : "./child.js", import.meta.url));
  const execArgv = isSource ? ["--conditions=@tocsin/source"] : [];
  const child = fork(script, [JSON.stringify(options)], { execArgv });
  const exited = once(child, "exit");
  const [description] = (await Promise.race([
    once(child, "message"),
    exited.then(([code]) => Promise.reject(new Error(`the emulator ended before it answered, exit code ${code}`))),
  ])) as [EmulatorDescription];

  async function ask(url: string, init: RequestInit): Promise<unknown> {
    const headers = { ...init.headers, "content-type": "application/json" };
    const response = await fetch(url, { ...init, headers });
    const text = await response.text();
    if (!response.ok) throw new Error(`${init.method} ${new URL(url).pathname}: ${response.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }
  const bodyOf = (body: object | undefined) => (body === undefined ? {} : { body: JSON.stringify(body) });

  return {
    description,
    control: (path, body) =>
      ask(description.control_url + path, { method: body === undefined ? "GET" : "POST", ...bodyOf(body) }),
    asBot: (method, path, body) =>
      ask(`${description.api_url}/v10${path}`, {
        method,
        headers: { authorization: `Bot ${description.bot_token}` },
        ...bodyOf(body),
      }),
    async setLimits(profile) {
      await ask(`${description.control_url}/limits`, { method: "PUT", ...bodyOf({ profile }) });
    },
    async advance(ms) {
      const advanced = once(child, "message");
      child.send({ advanceMs: ms });
      await advanced;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
