import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type StartedProcess, startProcess, temporaryDirectory } from "@tocsin/testkit";
import { expect, test } from "vitest";
import { send, startEmulator } from "./support.ts";

const PROGRAM = join(import.meta.dirname, "../bin/discord-emulator.js");

/** Runs the command as npx does. */
function run(...args: readonly string[]): StartedProcess {
  return startProcess({ args: [PROGRAM, ...args], readyPattern: /ready\.[\s\S]*Stop with/, timeoutMs: 15_000 });
}

test("with a data directory it says where everything is and no secret, and takes its word back at the end", async () => {
  await using directory = await temporaryDirectory();
  await using command = run("--port", "0", "--data-dir", directory.path, "--limits", "off", "--events", "before");
  await command.ready;
  const file = join(directory.path, "emulator.json");
  const description = JSON.parse(await readFile(file, "utf8"));
  for (const part of [
    description.page_url,
    description.api_url,
    description.guild_id,
    description.users.alice.id,
    file,
  ])
    expect(command.output()).toContain(part);
  for (const secret of [description.bot_token, description.channels.alerts.webhook_url])
    expect(command.output()).not.toContain(secret);
  expect((await send("GET", `${description.control_url}/gateway`)).json.events).toBe("before");
  expect((await send("GET", `${description.control_url}/state`)).json.limits).toBe("off");
  expect(await command.kill("SIGTERM")).toEqual({ code: 0, signal: null });
  expect(await readdir(directory.path)).not.toContain("emulator.json");
});

test("without one it prints token and webhook, which nothing else would tell, and --seed repeats them", async () => {
  const tokens: (string | undefined)[] = [];
  for (const _ of [1, 2]) {
    await using command = run("--port", "0", "--seed", "7");
    await command.ready;
    const [, url] = /REST API +(\S+)/.exec(command.output()) ?? [];
    const [, token] = /Bot token +(\S+)/.exec(command.output()) ?? [];
    const [, webhook = ""] = /Webhook +(\S+)/.exec(command.output()) ?? [];
    expect((await send("GET", `${url}/v10/users/@me`, undefined, { authorization: `Bot ${token}` })).status).toBe(200);
    expect((await send("POST", webhook, { content: "c" })).status).toBe(204);
    // Before the first dot stands the bot's id, which follows the clock.
    tokens.push(token?.split(".").slice(1).join("."));
  }
  expect(tokens[0]).toMatch(/^[\w-]{6}\.[\w-]{38}$/);
  expect(tokens[1]).toBe(tokens[0]);
});

test("says in a line what is wrong", async () => {
  await using emulator = await startEmulator();
  const { port } = new URL(emulator.url);
  for (const [args, line] of [
    [["--port", port], `error: cannot listen on 127.0.0.1:${port}`],
    [["--port", "http"], "0 takes a free port"],
    [["--seed", "-1"], "Give a whole number from 0."],
    [["--limits", "none"], "Allowed choices are documented, strict, off."],
    [["--data-dir", ""], "Give the path of a directory."],
  ] as const) {
    await using command = run(...args);
    expect([args, await command.exited]).toEqual([args, { code: 1, signal: null }]);
    expect(command.output()).toContain(line);
    expect(command.output()).not.toMatch(/^ {4}at /m);
  }
});

test("--help names every option", async () => {
  await using command = run("--help");
  expect((await command.exited).code).toBe(0);
  for (const option of ["--port", "--host", "--data-dir", "--limits", "--events", "--seed"])
    expect(command.output()).toContain(option);
});
