import { chmod, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type StartedProcess, startProcess, type TemporaryDirectory, temporaryDirectory } from "@tocsin/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type EmulatorDescription, removeDescription, startDiscordEmulator, writeDescription } from "../src/index.ts";
import { asBot, postMessage, send, startEmulator } from "./support.ts";

let directory: TemporaryDirectory;
let dataDir: string;
beforeEach(async () => {
  directory = await temporaryDirectory();
  dataDir = directory.path;
});
afterEach(() => directory.remove());

async function startChild(): Promise<{ child: StartedProcess; description: EmulatorDescription }> {
  const entry = fileURLToPath(new URL("./emulator-process.ts", import.meta.url));
  const child = startProcess({ args: [entry, dataDir], readyPattern: /ready/ });
  await child.ready;
  return { child, description: JSON.parse(await readFile(join(dataDir, "emulator.json"), "utf8")) };
}

test("every message that was answered with 2xx is there after kill -9 between answers", async () => {
  const answered: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const { child, description } = await startChild();
    const { webhook_url } = description.channels.alerts;
    // Four clients post until the process is gone, which happens in the middle of it.
    const client = async () => {
      for (;;) {
        const message = await postMessage(webhook_url, { content: "c" }).catch(() => undefined);
        if (!message) return;
        answered.push(message.id);
        if (answered.length === (round + 1) * 40) void child.kill("SIGKILL");
      }
    };
    await Promise.all([client(), client(), client(), client()]);
    expect(await child.exited).toMatchObject({ signal: "SIGKILL" });
  }
  expect(answered.length).toBeGreaterThanOrEqual(120);
  await using emulator = await startEmulator({ dataDir });
  const { id } = emulator.description.channels.alerts;
  const stored = new Set<string>();
  for (let before = "9223372036854775807"; ; ) {
    const page = (await asBot(emulator, "GET", `/channels/${id}/messages?limit=100&before=${before}`)).json;
    if (page.length === 0) break;
    for (const message of page) stored.add(message.id);
    before = page.at(-1).id;
  }
  expect(answered.filter((messageId) => !stored.has(messageId))).toEqual([]);
  expect(new Set(answered).size).toBe(answered.length);
});

test("keeps guild, ids, tokens, messages, reactions and files over a restart on another port", async () => {
  const first = await startDiscordEmulator({ dataDir, limits: "off" });
  const { channels, emojis } = first.description;
  const body = new FormData();
  body.set("payload_json", JSON.stringify({ content: "kept" }));
  body.set("files[0]", new Blob(["hello"]), "a.txt");
  const message = (await send("POST", `${channels.alerts.webhook_url}?wait=1`, body)).json;
  const path = `/channels/${channels.alerts.id}/messages/${message.id}`;
  await asBot(first, "PUT", `${path}/reactions/${emojis.thumbsup}/@me`);
  await first.close();
  await first.close();

  // On a port that the system picks: almost always another one, and the next number up may be taken.
  await using second = await startEmulator({ dataDir });
  const withFirstPort = JSON.parse(JSON.stringify(second.description).replaceAll(second.url, first.url));
  expect(withFirstPort).toEqual(first.description);
  const kept = (await asBot(second, "GET", path)).json;
  expect(kept).toMatchObject({ content: "kept", reactions: [{ count: 1, me: true }] });
  expect((await send("GET", kept.attachments[0].url)).text).toBe("hello");
});

test("issues greater ids after a restart even when the clock has gone back", async () => {
  const at = Date.UTC(2026, 5, 1);
  const first = await startDiscordEmulator({ dataDir, limits: "off", now: () => at });
  const before = await postMessage(first.description.channels.alerts.webhook_url, { content: "c" });
  await first.close();
  await using second = await startEmulator({ dataDir, now: () => at - 3_600_000 });
  const after = await postMessage(second.description.channels.alerts.webhook_url, { content: "c" });
  expect(BigInt(after.id)).toBeGreaterThan(BigInt(before.id));
});

test("refuses a second process on the data directory, until the first is killed", async () => {
  const { child } = await startChild();
  await expect(startDiscordEmulator({ dataDir })).rejects.toMatchObject({
    code: "EMULATOR_DATA_DIR_LOCKED",
    retryable: true,
  });
  await child.kill("SIGKILL");
  await using emulator = await startEmulator({ dataDir });
  await expect(startDiscordEmulator({ dataDir })).rejects.toMatchObject({ code: "EMULATOR_DATA_DIR_LOCKED" });
  expect(emulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

test("gives the data directory back when the address cannot be had", async () => {
  await using taken = await startEmulator();
  const port = Number(new URL(taken.url).port);
  await expect(startDiscordEmulator({ dataDir, port })).rejects.toMatchObject({ code: "EMULATOR_LISTEN_FAILED" });
  await using emulator = await startEmulator({ dataDir });
  expect(emulator.url).not.toBe(taken.url);
});

test("refuses a database that is none", async () => {
  await writeFile(
    join(dataDir, "emulator.sqlite"),
    "this is no database, and it is long enough to be looked at\n".repeat(20),
  );
  await expect(startDiscordEmulator({ dataDir })).rejects.toMatchObject({ code: "EMULATOR_DATA_UNREADABLE" });
});

test("writes the description whole, for its owner only", async () => {
  await using emulator = await startEmulator();
  const path = await writeDescription(emulator, join(dataDir, "new"));
  expect(JSON.parse(await readFile(path, "utf8"))).toEqual(emulator.description);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(join(dataDir, "new"))).toEqual(["emulator.json"]);
});

test("answers many clients at once without losing or doubling a message", async () => {
  await using emulator = await startEmulator({ dataDir });
  const { webhook_url, id } = emulator.description.channels.alerts;
  const messages = await Promise.all(
    Array.from({ length: 90 }, (_, index) => postMessage(webhook_url, { content: String(index) })),
  );
  expect(new Set(messages.map((message) => message.id)).size).toBe(90);
  const stored = (await asBot(emulator, "GET", `/channels/${id}/messages?limit=100`)).json;
  expect(
    stored.map((message: { content: string }) => Number(message.content)).sort((a: number, b: number) => a - b),
  ).toEqual(messages.map((_, index) => index));
  const ids = stored.map((message: { id: string }) => BigInt(message.id));
  expect(ids).toEqual([...ids].sort((a: bigint, b: bigint) => (a < b ? 1 : -1)));
});

test("lets only one of many equal nonces create a message", async () => {
  await using emulator = await startEmulator();
  const { id } = emulator.description.channels.critical;
  const body = { content: "once", nonce: "same", enforce_nonce: true };
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => asBot(emulator, "POST", `/channels/${id}/messages`, body)),
  );
  expect(new Set(answers.map((answer) => answer.json.id)).size).toBe(1);
});

test("keeps the data directory's files for its owner only, also those that were open to others", async () => {
  const modes = async () => {
    const names = (await readdir(dataDir)).filter((name) => name.startsWith("emulator."));
    const each = names.sort().map(async (name) => [name, (await stat(join(dataDir, name))).mode & 0o777]);
    return Object.fromEntries(await Promise.all(each));
  };
  const first = await startDiscordEmulator({ dataDir });
  const files = ["emulator.lock", "emulator.sqlite", "emulator.sqlite-shm", "emulator.sqlite-wal"];
  const isPrivate = Object.fromEntries(files.map((name) => [name, 0o600]));
  expect(await modes()).toMatchObject(isPrivate);
  await first.close();
  for (const name of await readdir(dataDir)) await chmod(join(dataDir, name), 0o644);
  await using _second = await startEmulator({ dataDir });
  expect(new Set(Object.values(await modes()))).toEqual(new Set([0o600]));
  await expect(startDiscordEmulator({ dataDir })).rejects.toMatchObject({ code: "EMULATOR_DATA_DIR_LOCKED" });
});

test("removes the description that a killed emulator left behind, and on demand", async () => {
  const { child } = await startChild();
  await child.kill("SIGKILL");
  expect(await readdir(dataDir)).toContain("emulator.json");
  await using emulator = await startEmulator({ dataDir });
  expect(await readdir(dataDir)).not.toContain("emulator.json");
  await writeDescription(emulator, dataDir);
  // Nobody else's failed start takes it away.
  await expect(startDiscordEmulator({ dataDir })).rejects.toMatchObject({ code: "EMULATOR_DATA_DIR_LOCKED" });
  expect(await readdir(dataDir)).toContain("emulator.json");
  await removeDescription(dataDir);
  await removeDescription(dataDir);
  expect(await readdir(dataDir)).not.toContain("emulator.json");
});

test("ends at once when it is closed, though an injected latency holds requests, and cuts them", async () => {
  const { child, description } = await startChild();
  const faults = `${description.control_url}/faults`;
  await send("POST", faults, { effect: { kind: "latency", latency_ms: 40_000 } });
  const { webhook_url } = description.channels.alerts;
  const held = Array.from({ length: 12 }, () =>
    postMessage(webhook_url, { content: "c" }).then(
      () => "answered",
      () => "cut",
    ),
  );
  for (let struck = 0; struck < held.length; ) struck = (await send("GET", faults)).json[0].struck;
  const startedAt = performance.now();
  await child.kill("SIGTERM");
  expect(await child.exited).toMatchObject({ code: 0, signal: null });
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  expect(new Set(await Promise.all(held))).toEqual(new Set(["cut"]));
  expect(child.output()).not.toContain("Warning");
});
