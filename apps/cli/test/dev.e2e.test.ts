import { access, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { temporaryDirectory, waitFor } from "@tocsin/testkit";
import { describe, expect, test, vi } from "vitest";
import {
  DEV_ON_FREE_PORTS,
  type DevDescription,
  listMessages,
  readDevDescription,
  readEmulatorDescription,
  runTocsin,
  runToEnd,
  startDev,
  startEmulator,
  startTocsin,
  TOCSIN,
} from "./dev-process.ts";

// Each starts several processes from their sources, on a machine that runs other tests beside them.
vi.setConfig({ testTimeout: 60_000 });

const portOf = (url: string): string => new URL(url).port;

function postAlert(dev: DevDescription, alert: object): Promise<Response> {
  return fetch(`${dev.relay.url}/alerts`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-api-key": dev.relay.api_key,
      "x-api-secret": dev.relay.api_secret,
    },
    body: JSON.stringify(alert),
  });
}

/** Waits for the first message of a channel. That no second one comes is looked at later, when all else is done. */
const firstMessage = (dev: DevDescription, channelId: string) =>
  waitFor(async () => (await listMessages(dev, channelId))[0], { timeoutMs: 10_000 });

async function takePort() {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const port = String((server.address() as { port: number }).port);
  return { port, [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

describe("tocsin dev", () => {
  test("shows alerts in the local Discord, and keeps state and keys over a restart", async () => {
    await using directory = await temporaryDirectory();
    const cwd = directory.path;
    const devPath = join(cwd, ".tocsin", "dev.json");
    let first: DevDescription;
    {
      await using dev = startDev(cwd);
      await dev.ready;
      first = await readDevDescription(cwd);
      expect((await stat(devPath)).mode & 0o777).toBe(0o600);
      const { alerts, critical, forum } = first.discord.channels;

      const answer = await postAlert(first, { title: "Disk almost full", severity: "warn", context: { host: "db1" } });
      expect(answer.status).toBe(201);
      const message = await firstMessage(first, alerts.id);
      expect(message.embeds).toHaveLength(1);
      expect(message.embeds[0]).toMatchObject({
        title: expect.stringContaining("Disk almost full"),
        color: expect.any(Number),
        fields: expect.arrayContaining([
          expect.objectContaining({ name: "host", value: "db1" }),
          expect.objectContaining({ name: "severity", value: "warn" }),
        ]),
      });

      // The printed line, as somebody would paste it.
      const line = /^curl .*$/m.exec(dev.output())?.[0] ?? "no curl line was printed";
      const pasted = await runToEnd("bash", ["-c", line], cwd);
      expect(JSON.parse(pasted.out)).toMatchObject({ data: { severity: "warn", status: "active" } });

      const critically = await runTocsin(cwd, ["send", "Checkout is down", "--severity", "critical", "--wait"]);
      expect(critically).toMatchObject({ exitCode: 0, err: "" });
      expect(critically.out).toMatch(
        /^alt_\w+ created\n {2}critical {2}delivered {2}message \d+ in channel \d+(?:, thread \d+)?\n$/,
      );
      expect((await listMessages(first, critical.id))[0]?.embeds[0]?.title).toContain("Checkout is down");

      const stdin = JSON.stringify({ title: "Release 2", topic: "forum" });
      const posted = await runTocsin(cwd, ["send", "-", "--wait", "--json"], stdin);
      expect(posted).toMatchObject({ exitCode: 0, err: "" });
      const [notification] = (JSON.parse(posted.out) as { notifications: { destination: string; thread_id: string }[] })
        .notifications;
      expect(notification).toMatchObject({ destination: "forum", thread_id: expect.stringMatching(/^\d+$/) });
      const post = (await listMessages(first, notification?.thread_id ?? ""))[0];
      expect(post?.embeds[0]?.title).toContain("Release 2");
      expect(forum.webhook_url).toMatch(/\/webhooks\/\d+\//);

      // Each exactly once: the two alerts below critical, and the one that is.
      await waitFor(async () => (await listMessages(first, alerts.id)).length === 2);
      expect(await listMessages(first, critical.id)).toHaveLength(1);
      expect((await fetch(first.discord.page_url)).status).toBe(200);
      expect((await fetch(`${first.relay.url}/docs`)).status).toBe(200);

      expect(await dev.kill("SIGTERM")).toEqual({ code: 0, signal: null });
      expect(await exists(devPath)).toBe(false);
    }
    {
      await using dev = startDev(cwd);
      await dev.ready;
      const second = await readDevDescription(cwd);
      expect(second.relay).toMatchObject({ api_key: first.relay.api_key, api_secret: first.relay.api_secret });
      expect(second.discord.bot_token).toBe(first.discord.bot_token);
      expect(await listMessages(second, first.discord.channels.alerts.id)).toHaveLength(2);
      const listed = await fetch(`${second.relay.url}/alerts`, {
        headers: { authorization: `Bearer ${first.relay.api_key}:${first.relay.api_secret}` },
      });
      expect(await listed.json()).toMatchObject({ meta: { total: 4 } });
      // Below npm, Ctrl+C comes twice at once. Two signals of different kinds do not merge on the way.
      process.kill(dev.pid, "SIGINT");
      expect(await dev.kill("SIGTERM")).toEqual({ code: 0, signal: null });
    }
  });

  test("writes dev.json before it prints the word ready, and has no use for Discord credentials", async () => {
    await using directory = await temporaryDirectory();
    await using dev = startTocsin(directory.path, [...DEV_ON_FREE_PORTS, "--verbose"], {
      readyPattern: /ready/i,
      env: { DISCORD_WEBHOOK_URL: "not even an address", DISCORD_BOT_TOKEN: "x" },
    });
    await dev.ready;
    expect(await readDevDescription(directory.path)).toMatchObject({ relay: { api_key: expect.any(String) } });
    expect(dev.output()).toContain("DISCORD_WEBHOOK_URL, DISCORD_BOT_TOKEN ignored");
    expect(dev.output()).not.toContain("not even an address");
    await dev.kill();
  });

  test("refuses a second one on the same data directory, and leaves the first alone", async () => {
    await using directory = await temporaryDirectory();
    await using dev = startDev(directory.path);
    await dev.ready;
    const description = await readDevDescription(directory.path);
    const second = await runTocsin(directory.path, DEV_ON_FREE_PORTS);
    expect(second).toMatchObject({ exitCode: 1, out: "" });
    const { relay, discord } = description;
    expect(second.err).toBe(
      `error: tocsin dev already runs with this data directory: relay ${relay.url}, page ${discord.page_url}\n`,
    );
    expect(await readDevDescription(directory.path)).toEqual(description);
    expect((await postAlert(description, { title: "still there" })).status).toBe(201);
    await dev.kill();
  });

  test("prints a line that raises an alert at this relay, whatever the data directory is", async () => {
    await using directory = await temporaryDirectory();
    const cwd = directory.path;
    await using other = startDev(cwd);
    await other.ready;
    await using dev = startDev(cwd, "--data-dir", "elsewhere");
    await dev.ready;
    const line = /^or: (.*)$/m.exec(dev.output())?.[1] ?? "no line was printed";
    const script = `tocsin() { "${process.execPath}" "${TOCSIN}" "$@"; }\n${line}`;
    expect(await runToEnd("bash", ["-c", script], cwd)).toMatchObject({ exitCode: 0, err: "" });
    const description = JSON.parse(await readFile(join(cwd, "elsewhere", "dev.json"), "utf8")) as DevDescription;
    const { critical } = description.discord.channels;
    expect((await listMessages(description, critical.id))[0]?.embeds[0]?.title).toContain("Checkout is down");
    await dev.kill();
    await other.kill();
  });

  test("says on stderr which delivery was given up and why, and what no route takes", async () => {
    await using directory = await temporaryDirectory();
    const cwd = directory.path;
    await using emulator = startEmulator(cwd);
    await emulator.ready;
    const discord = await readEmulatorDescription(cwd);
    const { pathname } = new URL(discord.channels.alerts.webhook_url);
    await writeFile(
      join(cwd, "tocsin.yaml"),
      `destinations:
  gone: { kind: discord, webhook_url: "https://discord.com${pathname}x" }
routes:
  - match: { severity: [warn, critical] }
    destinations: [gone]
`,
    );
    await using dev = startDev(cwd, "--discord", "discord/emulator.json", "--config", "tocsin.yaml");
    await dev.ready;
    expect(dev.output()).toContain("note: without a topic, alerts of severity info match no route:");
    const sent = await runTocsin(cwd, ["send", "Nobody there", "--severity", "warn", "--wait"]);
    expect(sent.exitCode).toBe(1);
    expect(sent.out).toMatch(/^ {2}gone {2}failed {2}(?:unauthorized|target-gone): .+ \(\d+\)$/m);
    const line = await waitFor(() => /^\{.*a delivery was given up.*$/m.exec(dev.output())?.[0]);
    const [id] = sent.out.split(" ");
    expect(JSON.parse(line)).toMatchObject({
      level: "warn",
      destination: "gone",
      alert_id: id,
      may_be_delivered: false,
    });
    await dev.kill();
    await emulator.kill();
  });

  test("says that a data directory is a file", async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, "file"), "");
    for (const command of ["dev", "emulator"]) {
      const result = await runTocsin(directory.path, [command, "--data-dir", "file"]);
      expect(result).toMatchObject({ exitCode: 1, out: "" });
      expect(result.err).toMatch(/^error: cannot use --data-dir .*file: it is no directory, or lies in none\n$/);
    }
  });

  test.each(["--port", "--emulator-port"])("names the port in use and %s, and leaves nothing running", async (flag) => {
    await using directory = await temporaryDirectory();
    await using taken = await takePort();
    // What a killed process left behind must not point anybody to whoever has the port now.
    await mkdir(join(directory.path, ".tocsin"));
    await writeFile(join(directory.path, ".tocsin", "dev.json"), "{}");
    const result = await runTocsin(directory.path, [...DEV_ON_FREE_PORTS, flag, taken.port]);
    expect(result).toMatchObject({ exitCode: 1, out: "" });
    expect(result.err).toBe(
      `error: port ${taken.port} is already in use: stop what listens there, or choose another one with ${flag}\n`,
    );
    expect(await exists(join(directory.path, ".tocsin", "dev.json"))).toBe(false);
  });

  test("starts again after kill -9, with what it had accepted", async () => {
    await using directory = await temporaryDirectory();
    await using first = startDev(directory.path);
    await first.ready;
    const before = await readDevDescription(directory.path);
    expect((await postAlert(before, { title: "Before the crash" })).status).toBe(201);
    await first.kill("SIGKILL");
    const refused = await runTocsin(directory.path, ["send", "nobody there"]);
    expect(refused).toMatchObject({ exitCode: 3, out: "" });
    expect(refused.err).toContain("tocsin dev");

    await using second = startDev(directory.path);
    await second.ready;
    const after = await readDevDescription(directory.path);
    expect(after.relay.api_key).toBe(before.relay.api_key);
    const message = await firstMessage(after, after.discord.channels.alerts.id);
    expect(message.embeds[0]?.title).toContain("Before the crash");
    await second.kill();
  });

  test("uses a Discord that runs elsewhere, with --config, and sends what is for Discord's hosts there", async () => {
    await using directory = await temporaryDirectory();
    const cwd = directory.path;
    const emulatorArgs = ["emulator", "--port", "0", "--data-dir", "discord", "--limits", "strict"];
    await using emulator = startTocsin(cwd, emulatorArgs, { readyPattern: /ready/ });
    await emulator.ready;
    const path = join(cwd, "discord", "emulator.json");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const description = await readEmulatorDescription(cwd);
    const { pathname } = new URL(description.channels.critical.webhook_url);
    await writeFile(
      join(cwd, "tocsin.yaml"),
      `destinations:
  everything:
    kind: discord
    webhook_url: https://discord.com${pathname}
routes:
  - destinations: [everything]
`,
    );
    await using dev = startDev(cwd, "--discord", "discord/emulator.json", "--config", "tocsin.yaml");
    await dev.ready;
    expect((await readDevDescription(cwd)).discord).toEqual(description);
    const sent = await runTocsin(cwd, ["send", "Over there", "--wait"]);
    expect(sent).toMatchObject({ exitCode: 0, err: "" });
    expect(sent.out).toMatch(
      new RegExp(`everything  delivered  message \\d+ in channel ${description.channels.critical.id}`),
    );
    expect(await dev.kill()).toEqual({ code: 0, signal: null });
    // It belongs to somebody else: it goes on.
    expect((await fetch(description.page_url)).status).toBe(200);
    expect(await emulator.kill("SIGINT")).toEqual({ code: 0, signal: null });
    expect(await exists(path)).toBe(false);
  });

  test("says what is wrong with a --config, and starts nothing", async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, "tocsin.yaml"), "destinatoins: {}\n");
    const args = [...DEV_ON_FREE_PORTS, "--config", "tocsin.yaml"];
    const result = await runTocsin(directory.path, args);
    expect(result).toMatchObject({ exitCode: 1, out: "" });
    expect(result.err).toContain("destinatoins");
    expect(await exists(join(directory.path, ".tocsin", "dev.json"))).toBe(false);
  });
});

describe("tocsin emulator", () => {
  test("names the port in use, and leaves no description, not even an old one", async () => {
    await using directory = await temporaryDirectory();
    await using taken = await takePort();
    await mkdir(join(directory.path, "discord"));
    await writeFile(join(directory.path, "discord", "emulator.json"), "{}");
    const result = await runTocsin(directory.path, ["emulator", "--port", taken.port, "--data-dir", "discord"]);
    expect(result).toMatchObject({ exitCode: 1, out: "" });
    expect(result.err).toBe(
      `error: port ${taken.port} is already in use: stop what listens there, or choose another one with --port\n`,
    );
    expect(await exists(join(directory.path, "discord", "emulator.json"))).toBe(false);
  });

  test("listens where it is told, on the loopback alone by itself", async () => {
    await using directory = await temporaryDirectory();
    const args = ["emulator", "--port", "0", "--data-dir", "discord"];
    await using emulator = startTocsin(directory.path, args, { readyPattern: /ready/ });
    await emulator.ready;
    const text = await readFile(join(directory.path, "discord", "emulator.json"), "utf8");
    const { page_url } = JSON.parse(text) as DevDescription["discord"];
    expect(new URL(page_url).hostname).toBe("127.0.0.1");
    expect(emulator.output()).toContain(page_url);
    expect(emulator.output()).not.toContain((JSON.parse(text) as DevDescription["discord"]).bot_token);
    expect(portOf(page_url)).not.toBe("0");
    expect(await emulator.kill()).toEqual({ code: 0, signal: null });
  });
});
