import { expect, test } from "vitest";
import type { Transport } from "../src/index.ts";
import { type TransportWorld, transportContract } from "../src/testing/index.ts";
import { connectWebhookWorld } from "./emulator-world.ts";

/** Runs the contract against a transport that `spoil` made wrong, and gives the names of the tests that noticed. */
async function noticed(
  group: string,
  spoil: (transport: Transport, world: TransportWorld) => Transport,
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
    const world = await connectWebhookWorld();
    const { transport, impatientTransport } = world;
    return { ...world, transport: spoil(transport, world), impatientTransport: spoil(impatientTransport, world) };
  };
  transportContract(runner, { opensForumPosts: true, connect });
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
  const failed = await noticed("delivers", (transport) => ({
    ...transport,
    execute(operation, options) {
      if (operation.kind === "delete") return transport.execute(operation, options);
      const message = { ...operation.message, allowed_mentions: { parse: ["users" as const, "everyone" as const] } };
      return transport.execute({ ...operation, message } as typeof operation, options);
    },
  }));
  expect(failed).toEqual(["without a mention, unless the message allows it"]);
});
