import { expect, test } from "vitest";
import type { Transport } from "../src/index.ts";
import { type TransportWorld, transportContract } from "../src/testing/index.ts";
import { botHarness, webhookHarness } from "./emulator-world.ts";

/** Runs the contract against a transport that `spoil` made wrong, and gives the names of the tests that noticed. */
async function noticed(
  group: string,
  spoil: (transport: Transport, world: TransportWorld) => Transport,
  harness = webhookHarness,
): Promise<readonly string[]> {
  const proofs: [name: string, prove: () => Promise<void>][] = [];
  let current = "";
  const runner = {
    describe(name: string, body: () => void) {
      current = name;
      body();
    },
    test(name: string, body: () => Promise<void>) {
      if (current === group) proofs.push([name, body]);
    },
  };
  const connect = async (): Promise<TransportWorld> => {
    const world = await harness.connect();
    const { transport, impatientTransport } = world;
    return { ...world, transport: spoil(transport, world), impatientTransport: spoil(impatientTransport, world) };
  };
  transportContract(runner, { ...harness, connect });
  const failed: string[] = [];
  for (const [name, prove] of proofs) await prove().catch(() => failed.push(name));
  return failed;
}

test("the contract notices a transport that calls lost answers unsent", async () => {
  const failed = await noticed("fails", (transport) => ({
    ...transport,
    async execute(operation, options) {
      const outcome = await transport.execute(operation, options);
      return outcome.kind === "unknown" ? { kind: "retryable", reason: "unreachable" } : outcome;
    },
  }));
  expect(failed.filter((name) => name.startsWith("unknown, "))).toHaveLength(7);
});

test("the contract notices a transport that retries by itself", async () => {
  const failed = await noticed("fails", (transport) => ({
    ...transport,
    async execute(operation, options) {
      const outcome = await transport.execute(operation, options);
      return outcome.kind === "retryable" && outcome.reason !== "expired"
        ? transport.execute(operation, options)
        : outcome;
    },
  }));
  expect(failed).toEqual(
    expect.arrayContaining(["retryable, when the server is overloaded", "retryable, when it is limited"]),
  );
});

test("the contract notices a transport that repeats a secret", async () => {
  const failed = await noticed("fails", (transport, { secrets }) => ({
    ...transport,
    async execute(operation, options) {
      const outcome = await transport.execute(operation, options);
      return outcome.kind === "rejected" ? { ...outcome, details: `POST /webhooks/1/${secrets[0]}` } : outcome;
    },
  }));
  expect(failed.filter((name) => name.startsWith("rejected, "))).toHaveLength(4);
});

test("the contract notices a transport that lets everybody be mentioned", async () => {
  const failed = await noticed("takes messages with", (transport) => ({
    ...transport,
    execute(operation, options) {
      if (operation.kind !== "send" && operation.kind !== "edit") return transport.execute(operation, options);
      const message = { ...operation.message, allowed_mentions: { parse: ["users" as const, "everyone" as const] } };
      return transport.execute({ ...operation, message } as typeof operation, options);
    },
  }));
  expect(failed).toEqual(["mentions of every kind, which reach nobody unless the message allows it"]);
});

test("the contract notices a transport that claims what it cannot do, or does what it denies", async () => {
  const deny = (transport: Transport): Transport => ({
    ...transport,
    capabilities: { ...transport.capabilities, replies: !transport.capabilities.replies },
  });
  expect(await noticed("says", deny)).toEqual(["what it can do"]);
  const pretend = (transport: Transport): Transport => ({
    ...transport,
    execute: async (operation, options) =>
      operation.kind === "react"
        ? { kind: "delivered", value: { channelId: "1", messageId: operation.messageId } }
        : transport.execute(operation, options),
  });
  expect(await noticed("does not react", pretend)).toHaveLength(1);
});

test("the contract notices a transport that forgets the nonce", async () => {
  let count = 0;
  const forget = (transport: Transport): Transport => ({
    ...transport,
    execute: (operation, options) => transport.execute(operation, { ...options, nonce: `forgotten-${count++}` }),
  });
  expect(await noticed("a nonce", forget, botHarness)).toHaveLength(3);
});

test("the contract notices a transport that takes for its own what others said", async () => {
  const failed = await noticed(
    "finds again",
    (transport) => ({
      ...transport,
      findSent: async ({ operation: { threadId } }, options = {}) => {
        const seen = await transport.fetchMessages?.(threadId === undefined ? {} : { threadId }, options);
        if (seen?.kind !== "delivered") return { kind: "retryable", reason: "other" };
        const value = seen.value.map(({ id, channel_id: channelId }) => ({ channelId, messageId: id }));
        return { kind: "delivered", value };
      },
    }),
    botHarness,
  );
  expect(failed).toEqual(
    expect.arrayContaining(["what was made, and not what others say", "nothing where nothing was made"]),
  );
});
