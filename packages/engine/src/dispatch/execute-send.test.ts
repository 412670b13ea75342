import {
  BOT_CAPABILITIES,
  type DiscordOperation,
  type Transport,
  WEBHOOK_CAPABILITIES,
} from "@tocsin/discord-transport";
import type { Lease, Send } from "@tocsin/queue";
import { expect, test } from "vitest";
import { delivered, scriptedTransport } from "../../test/harness.ts";
import { laneViewOf } from "../routing/lane-view.ts";
import { executeSend } from "./execute-send.ts";

const LANE = { organizationId: "default", laneId: "alerts" };
const SEALED_AT = 1_800_000_000_000;
const lease: Lease = { ...LANE, owner: "me", fence: 1, expiresAt: Date.now() + 30_000, failureCount: 0 };
const MESSAGE = { content: "disk full" };
const FOUND = { channelId: "1", messageId: "300000000000000001" };

const sendOf = (operation: DiscordOperation, lostAnswerCount = 0): Send => ({
  ...LANE,
  sendId: "1",
  operation: { step: "post", face: "alert", shows: [], operation } as never,
  covers: [],
  priority: 0,
  attemptCount: lostAnswerCount + 1,
  lostAnswerCount,
  sealedAt: SEALED_AT,
  traceparent: null,
});

const optionsFor = (
  transport: Transport,
  more: { readonly ageMs?: number; readonly known?: readonly string[] } = {},
) => ({
  laneViewOf: () => laneViewOf({ destinations: { alerts: { transport } }, routes: [] }, "alerts"),
  knownMessages: async () => new Set(more.known ?? []),
  stopSending: new AbortController().signal,
  now: () => SEALED_AT + (more.ageMs ?? 0),
  onError: () => {},
});

/** A bot's transport that finds what it is told to. */
const finding = (found: Awaited<ReturnType<NonNullable<Transport["findSent"]>>>) => ({
  ...scriptedTransport(delivered, BOT_CAPABILITIES),
  findSent: async () => found,
});

const POST: DiscordOperation = { kind: "send", message: MESSAGE };
const FORUM_POST: DiscordOperation = { kind: "send", message: MESSAGE, threadName: "disk full" };

test("a call that was sealed while its lease ran out is not made, and surely not done", async () => {
  const transport = scriptedTransport(() => new Promise<never>(() => {}));
  const options = { ...optionsFor(transport), stopSending: AbortSignal.abort() };
  expect((await executeSend(sendOf(POST), lease, options)).outcome).toEqual({ kind: "retryable", reason: "aborted" });
  expect(transport.calls).toEqual([]);
});

test("a lost answer is repeated under its nonce while Discord knows that, and makes no second message", async () => {
  const transport = finding({ kind: "delivered", value: [FOUND] });
  const executed = await executeSend(sendOf(POST, 2), lease, optionsFor(transport, { ageMs: 59_999 }));
  expect(executed).toMatchObject({ outcome: { kind: "delivered" }, possibleDuplicateCount: 0 });
  expect(transport.calls).toMatchObject([{ options: { nonce: "1" } }]);
});

test.each([
  { name: "after the nonce is forgotten", operation: POST, ageMs: 60_000 },
  { name: "when the clock was set back", operation: POST, ageMs: -1 },
  { name: "for a forum post, which takes no nonce", operation: FORUM_POST, ageMs: 0 },
])("the message is looked for $name: what is found is not sent again", async ({ operation, ageMs }) => {
  const transport = finding({ kind: "delivered", value: [FOUND] });
  const executed = await executeSend(sendOf(operation, 1), lease, optionsFor(transport, { ageMs }));
  expect(executed).toEqual({ outcome: { kind: "delivered", value: FOUND }, possibleDuplicateCount: 0 });
  expect(transport.calls).toEqual([]);
});

test("a message that shows something else already is not taken for the one that is looked for", async () => {
  const transport = finding({ kind: "delivered", value: [FOUND] });
  const options = optionsFor(transport, { ageMs: 600_000, known: [FOUND.messageId] });
  expect(await executeSend(sendOf(POST, 1), lease, options)).toMatchObject({ possibleDuplicateCount: 0 });
  expect(transport.calls).toHaveLength(1);
});

test("while nobody can look, the call waits; where nobody ever may, it is repeated and counted", async () => {
  const busy = finding({ kind: "retryable", reason: "server-error" });
  const waits = await executeSend(sendOf(POST, 1), lease, optionsFor(busy, { ageMs: 600_000 }));
  expect(waits.outcome).toEqual({ kind: "retryable", reason: "server-error" });
  expect(busy.calls).toEqual([]);
  const blind = finding({ kind: "rejected", reason: "forbidden" });
  const repeated = await executeSend(sendOf(POST, 1), lease, optionsFor(blind, { ageMs: 600_000 }));
  expect(repeated).toMatchObject({ outcome: { kind: "delivered" }, possibleDuplicateCount: 1 });
});

test("a webhook repeats what may have arrived, and counts it", async () => {
  const transport = scriptedTransport(delivered, WEBHOOK_CAPABILITIES);
  const executed = await executeSend(sendOf(POST, 3), lease, optionsFor(transport));
  expect(executed).toMatchObject({ outcome: { kind: "delivered" }, possibleDuplicateCount: 3 });
});
