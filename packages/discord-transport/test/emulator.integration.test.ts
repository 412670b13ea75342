import { type DiscordEmulator, startDiscordEmulator } from "@tocsin/discord-emulator";
import { expect, onTestFinished, test } from "vitest";
import { createWebhookTransport, type DiscordOperation, type Transport } from "../src/index.ts";

const SEND: DiscordOperation = { kind: "send", message: { content: "x" } };

async function start(): Promise<{ readonly emulator: DiscordEmulator; readonly transport: Transport }> {
  const emulator = await startDiscordEmulator();
  const { webhook_url: url } = emulator.description.channels.alerts;
  const transport = createWebhookTransport({ url });
  onTestFinished(async () => {
    await transport.close();
    await emulator.close();
  });
  return { emulator, transport };
}

async function spoilNext({ description }: DiscordEmulator, effect: object): Promise<void> {
  const response = await fetch(`${description.control_url}/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ match: { route: "webhooks" }, effect, count: 1 }),
  });
  if (!response.ok) throw new Error(`the emulator refuses the fault: ${response.status} ${await response.text()}`);
}

test("takes the limit of a real bucket as an outcome with its delay", async () => {
  const { transport } = await start();
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, (_, index) => transport.execute(SEND, { nonce: `n${index}` })),
  );
  const limited = outcomes.filter(({ kind }) => kind === "retryable");
  expect(outcomes.filter(({ kind }) => kind === "delivered").length + limited.length).toBe(20);
  expect(limited.length).toBeGreaterThan(0);
  for (const outcome of limited) {
    expect(outcome).toMatchObject({ reason: "rate-limited", details: { status: 429, kind: "limited", scope: "user" } });
    expect(outcome.kind === "retryable" ? outcome.retryAfterMs : 0).toBeGreaterThan(0);
  }
});

test.each([
  [
    { kind: "cloudflare_ban", retry_after: 5 },
    { kind: "retryable", reason: "rate-limited", retryAfterMs: 60_000 },
  ],
  [
    { kind: "rate_limit", scope: "shared", retry_after: 7 },
    { kind: "retryable", retryAfterMs: 7_000 },
  ],
  [
    { kind: "rate_limit", scope: "global", retry_after: 1 },
    { kind: "retryable", details: { global: true } },
  ],
  [{ kind: "reset" }, { kind: "unknown", reason: "answer-lost" }],
  [{ kind: "reset_after_commit" }, { kind: "unknown", reason: "answer-lost" }],
  [
    { kind: "status", status: 503 },
    { kind: "retryable", reason: "server-error" },
  ],
  [
    { kind: "status_after_commit", status: 500 },
    { kind: "unknown", reason: "server-error" },
  ],
  [
    { kind: "reject", code: 10015 },
    { kind: "rejected", reason: "target-gone" },
  ],
] as const)("judges the emulator's fault %j", async (effect, expected) => {
  const { emulator, transport } = await start();
  await spoilNext(emulator, effect);
  expect(await transport.execute(SEND, { nonce: "n1" })).toMatchObject(expected);
  expect(await transport.execute(SEND, { nonce: "n2" })).toMatchObject({ kind: "delivered" });
});

test("is told apart: a webhook that is gone and a token that is wrong", async () => {
  const { emulator } = await start();
  const { webhook_url: url } = emulator.description.channels.alerts;
  const [id = ""] = /\d{17,}/.exec(url) ?? [];
  const cases = [
    [url.replace(id, "100000000000000000"), "target-gone"],
    [`${url.slice(0, -3)}zzz`, "unauthorized"],
  ] as const;
  for (const [wrongUrl, reason] of cases) {
    const transport = createWebhookTransport({ url: wrongUrl });
    expect(await transport.execute(SEND, { nonce: "n1" })).toMatchObject({ kind: "rejected", reason });
    await transport.close();
  }
});

test("posts under a name that Discord would refuse as it stands", async () => {
  const { transport } = await start();
  const message = { content: "x", username: "Discord Clyde" };
  expect(await transport.execute({ kind: "send", message }, { nonce: "n1" })).toMatchObject({ kind: "delivered" });
});
