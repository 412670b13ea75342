import { startDiscordEmulator } from "@tocsin/discord-emulator";
import { createDiscordLimiter, type DiscordLimiter, type Permit, type PermitAnswer } from "@tocsin/rate-limiter";
import { createMemoryLimitDriver } from "@tocsin/rate-limiter/drivers/memory";
import { expect, onTestFinished, test } from "vitest";
import { createWebhookTransport, type DiscordOperation } from "../src/index.ts";
import { startStubServer } from "./stub-server.ts";

const SEND: DiscordOperation = { kind: "send", message: { content: "x" } };
const URL_OF_NOBODY = "http://127.0.0.1:9/api/webhooks/100000000000000001/a-secret-token";

/** A limiter that answers what the test says, and remembers what it was told. */
function scriptedLimiter(answer: Awaited<ReturnType<DiscordLimiter["acquire"]>> | "permit") {
  const told: PermitAnswer[] = [];
  const asked: Parameters<DiscordLimiter["acquire"]>[] = [];
  const permit: Permit = {
    kind: "permit",
    sequence: 1,
    expiresAt: 0,
    waitedMs: 0,
    settle: async (settled) => void told.push(settled),
  };
  const limiter: DiscordLimiter = {
    acquire: async (...request) => {
      asked.push(request);
      return answer === "permit" ? permit : answer;
    },
    estimate: async (_route, { count = 1 } = {}) => Array.from({ length: count }, (_, index) => index * 400),
    revive: async () => {},
    close: async () => {},
  };
  return { limiter, told, asked };
}

function openTransport(limiter: DiscordLimiter, url: string) {
  const transport = createWebhookTransport({ url, limiter });
  onTestFinished(() => transport.close());
  return transport;
}

test("with a limiter a burst is spread over time, and Discord never answers 429", async () => {
  const emulator = await startDiscordEmulator();
  const limiter = createDiscordLimiter({ driver: createMemoryLimitDriver() });
  onTestFinished(async () => {
    await limiter.close();
    await emulator.close();
  });
  const { channels, control_url: controlUrl } = emulator.description;
  const transport = openTransport(limiter, channels.alerts.webhook_url);
  const outcomes = await Promise.all(
    Array.from({ length: 9 }, (_, index) => transport.execute(SEND, { nonce: `n${index}` })),
  );
  expect(outcomes.map(({ kind }) => kind)).toEqual(outcomes.map(() => "delivered"));
  const stats = (await (await fetch(`${controlUrl}/stats`)).json()) as { readonly rate_limited: object };
  expect(stats.rate_limited).toEqual({ user: 0, shared: 0, global: 0 });
});

test("what would wait too long is deferred: nothing is sent, and the outcome says when it may be", async () => {
  const { limiter, asked } = scriptedLimiter({ kind: "refused", reason: "wait-too-long", retryAfterMs: 7_000 });
  const transport = openTransport(limiter, URL_OF_NOBODY);
  const outcome = await transport.execute(SEND, { nonce: "n", priority: "critical", maxPermitWaitMs: 2_000 });
  expect(outcome).toEqual({
    kind: "retryable",
    reason: "deferred",
    retryAfterMs: 7_000,
    details: { limiter: "wait-too-long" },
  });
  expect(asked[0]?.[1]).toEqual({ priority: "critical", maxWaitMs: 2_000 });
});

test("a call given up while it waits for its permit was surely not sent", async () => {
  const limiter = createDiscordLimiter({ driver: createMemoryLimitDriver() });
  onTestFinished(() => limiter.close());
  await using stub = await startStubServer(() => ({ isSilent: true }));
  const transport = openTransport(limiter, `${stub.origin}/api/webhooks/100000000000000001/token`);
  const first = new AbortController();
  const second = new AbortController();
  const unanswered = transport.execute(SEND, { nonce: "a", signal: first.signal });
  const waiting = transport.execute(SEND, { nonce: "b", signal: second.signal });
  second.abort();
  expect(await waiting).toEqual({ kind: "retryable", reason: "aborted" });
  first.abort();
  await unanswered;
});

test("a limiter that fails sends nothing: the call may be made later", async () => {
  const { limiter } = scriptedLimiter("permit");
  const broken: DiscordLimiter = { ...limiter, acquire: () => Promise.reject(new Error("out of order")) };
  const outcome = await openTransport(broken, URL_OF_NOBODY).execute(SEND, { nonce: "n" });
  expect(outcome).toEqual({ kind: "retryable", reason: "other", details: { limiter: "failed" } });
});

test("the limiter is told how each request ended, and nothing of the token", async () => {
  const { limiter, told, asked } = scriptedLimiter("permit");
  const transport = openTransport(limiter, URL_OF_NOBODY);
  await transport.execute(SEND, { nonce: "n" });
  expect(told).toEqual([{ kind: "not-sent" }]);
  expect(JSON.stringify(asked)).not.toContain("a-secret-token");
  expect(asked[0]?.[0]).toMatchObject({ template: "POST /webhooks/:id/:token", webhookChannel: null });
});

test("waits are estimated for each call in its order, edits and posts apart", async () => {
  const { limiter } = scriptedLimiter("permit");
  const transport = openTransport(limiter, URL_OF_NOBODY);
  const edit: DiscordOperation = { kind: "edit", messageId: "200000000000000001", message: { content: "y" } };
  expect(await transport.estimateWaits?.([SEND, edit, SEND, SEND])).toEqual([0, 0, 400, 800]);
});
