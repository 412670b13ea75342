import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@tocsin/testkit";
import { expect, test } from "vitest";
import { createFakeContext } from "../../test/fake-context.ts";
import { runProgram } from "../program.ts";

const BOT_TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAx.Gabcde.0123456789abcdefghijklmnopqrstuvwxyzAB";
const WEBHOOK_TOKEN = "t".repeat(68);
const ENV = {
  BOT_TOKEN,
  WEBHOOK_URL: `https://discord.com/api/webhooks/123456789012345678/${WEBHOOK_TOKEN}`,
};

const VALID = `destinations:
  alerts: { kind: discord, webhook_url: "\${env:WEBHOOK_URL}", silent: [info, resolved], digest: { min_count: 30 } }
  critical:
    kind: discord
    bot_token: \${env:BOT_TOKEN}
    channel_id: "323456789012345678"
routes:
  - name: loud
    match: { severity: critical, topic: [payments, checkout] }
    destinations: [critical]
    delivery: { escalation: ping, mentions: { everyone: true } }
    continue: true
  - destinations: [alerts]
`;

const INVALID = `destinations:
  alerts: { kind: discord, webhook_url: "\${env:WEBHOOK_URL}", thread: true }
  critical: { kind: discord, bot_token: "\${env:BOT_TOKEN}", channel: "323456789012345678" }
routes:
  - destinations: [alert]
`;

/** Runs the command beside a file; its output never has a secret. */
async function check(text: string, ...args: readonly string[]) {
  await using directory = await temporaryDirectory();
  await writeFile(join(directory.path, "tocsin.yaml"), text);
  const context = createFakeContext({ cwd: directory.path, env: ENV });
  const exitCode = await runProgram(["config", "check", ...args], context);
  const ended = { exitCode, out: context.out(), err: context.err() };
  for (const secret of [BOT_TOKEN, WEBHOOK_TOKEN]) expect(JSON.stringify(ended)).not.toContain(secret);
  return ended;
}

test("says what each destination and route will do", async () => {
  expect(await check(VALID)).toEqual({
    exitCode: 0,
    err: "",
    out: `tocsin.yaml is valid.

Destinations:
  alerts    webhook, text channel, no threads (a webhook cannot start them), no sound for info and resolved, a digest when 30 alerts wait
  critical  bot, channel 323456789012345678, a thread for each alert

Routes, in this order:
  loud  severity critical and topic payments or checkout → critical, a note that pings when it gets worse, pings everyone, then later routes are tried too
  #2    every alert → alerts
`,
  });
});

test("says the same to machines", async () => {
  const { exitCode, out, err } = await check(VALID, "tocsin.yaml", "--json");
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
  expect(JSON.parse(out)).toEqual({
    file: "tocsin.yaml",
    valid: true,
    destinations: [
      { name: "alerts", via: "webhook", forum: false, threads: false, summary: expect.stringMatching(/^webhook, /) },
      {
        name: "critical",
        via: "bot",
        channel_id: "323456789012345678",
        forum: false,
        threads: true,
        summary: "bot, channel 323456789012345678, a thread for each alert",
      },
    ],
    routes: [
      { name: "loud", destinations: ["critical"], continue: true, summary: expect.stringContaining("→ critical") },
      { destinations: ["alerts"], continue: false, summary: "every alert → alerts" },
    ],
    notes: [],
  });
});

test("lists every mistake with its line, and answers 2", async () => {
  const { exitCode, out, err } = await check(INVALID.replace("channel:", "channel_id:"));
  expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
  expect(err.split("\n")).toEqual([
    "error: tocsin.yaml has 2 mistakes:",
    expect.stringMatching(/^ {2}line 2, \/destinations\/alerts\/thread: .+ cannot start threads$/),
    '  line 5, /routes/0/destinations/0: expected one of alerts, critical, found an unknown destination, "alert"; did you mean "alerts"?',
    "",
  ]);
});

test("gives mistakes to machines too", async () => {
  const { exitCode, out, err } = await check(INVALID, "--json");
  expect({ exitCode, err }).toEqual({ exitCode: 2, err: "" });
  expect(JSON.parse(out)).toMatchObject({
    file: "tocsin.yaml",
    valid: false,
    issues: [{ path: "/destinations/critical/channel", line: 3, found: "an unknown key", nearest: "channel_id" }],
  });
});

test("answers 2 for a file that is not there", async () => {
  const { exitCode, err } = await check(VALID, "other.yaml");
  expect(exitCode).toBe(2);
  expect(err).toMatch(/^error: other\.yaml has a mistake:\n.+other\.yaml: .+ found no file that can be read\n$/);
});

test("takes an empty file for what it is", async () => {
  const { exitCode, out } = await check("");
  expect(exitCode).toBe(0);
  expect(out).toContain("Destinations:\n  none\n\nRoutes, in this order:\n  none\n");
  expect(out).toContain("note: without a topic, alerts of severity info, warn, critical match no route");
});
