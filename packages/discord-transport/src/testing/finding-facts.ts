import assert from "node:assert/strict";
import type { DiscordOperation, LostSend, MessageRef, Transport } from "../transport.ts";
import { assertOutcome, delivered, send } from "./delivered.ts";
import type { Facts, TransportWorld } from "./harness.ts";

type Send = DiscordOperation & { readonly kind: "send" };

const DOWN: Send = {
  kind: "send",
  message: { content: "  disk full \n", embeds: [{ title: " db1 ", description: "**97 %** used", color: 0xd32f2f }] },
};

/** Makes a call whose answer is lost, after it was done or before. */
async function lose(world: TransportWorld, operation: Send, done: boolean, transport = world.transport) {
  const lost: LostSend = { operation, nonce: "lost", sentAfter: Date.now() };
  world.spoilNext({ kind: "cut", done });
  assertOutcome(await transport.execute(operation, { nonce: lost.nonce }), "unknown", "answer-lost");
  return lost;
}

async function find(transport: Transport | undefined, lost: LostSend): Promise<readonly MessageRef[]> {
  return delivered(await transport?.findSent?.(lost));
}

/** For transports that read: what a lost call has made. */
export const findingFacts: Facts = {
  "what was made, and not what others say": async (harness) => {
    await using world = await harness.connect();
    await world.say("disk full");
    const lost = await lose(world, DOWN, true);
    await world.say("disk full");
    await send(world.transport, { content: "disk full" }, "n2");
    const found = await find(world.transport, lost);
    assert.equal(found.length, 1);
    const seen = (await world.messages(world.channelId)).find(({ id }) => id === found[0]?.messageId);
    assert.deepEqual([seen?.content, seen?.embedTitles], ["disk full", ["db1"]]);
    assert.deepEqual({ ...found[0], messageId: "" }, { channelId: world.channelId, messageId: "" });
  },

  "nothing where nothing was made": async (harness) => {
    await using world = await harness.connect();
    const lost = await lose(world, DOWN, false);
    await world.say("disk full");
    assert.deepEqual(await find(world.transport, lost), []);
  },

  "nothing that is older than the call": async (harness) => {
    await using world = await harness.connect();
    const lost = await lose(world, DOWN, true);
    assert.deepEqual(await find(world.transport, { ...lost, sentAfter: Date.now() + 3_600_000 }), []);
  },

  "what was made in a thread": async (harness) => {
    await using world = await harness.connect();
    const threadId = await world.startThread();
    const lost = await lose(world, { ...DOWN, threadId }, true);
    const [ref, ...others] = await find(world.transport, lost);
    assert.deepEqual(others, []);
    assert.deepEqual({ ...ref, messageId: "" }, { channelId: threadId, messageId: "", threadId });
    assert.deepEqual(await find(world.transport, { ...lost, operation: DOWN }), []);
  },

  "no more than what it could ask for": async (harness) => {
    await using world = await harness.connect();
    const lost: LostSend = { operation: DOWN, nonce: "n1", sentAfter: Date.now() };
    world.spoilNext({ kind: "answer", status: 503, body: "" });
    const outcome = await world.transport.findSent?.(lost);
    assert.ok(outcome);
    assertOutcome(outcome, "retryable", "server-error");
    assert.deepEqual(await find(world.transport, lost), []);
  },
};

/** The same for forum posts. */
export const postFindingFacts: Facts = {
  "the post that was made, open or closed, and no other of its name": async (harness) => {
    await using world = await harness.connect();
    const { forumTransport } = world;
    assert.ok(forumTransport, "a harness that opens forum posts must bring a transport for it");
    const post: Send = { ...DOWN, threadName: " disk full " };
    const other = { ...post, message: { content: "another" } };
    delivered(await forumTransport.execute(other, { nonce: "n1" }));
    const lost = await lose(world, post, true, forumTransport);
    const [ref, ...others] = await find(forumTransport, lost);
    assert.deepEqual(others, []);
    const threadId = ref?.threadId ?? "";
    assert.deepEqual(ref, { channelId: threadId, messageId: threadId, threadId });
    assert.deepEqual(
      (await world.messages(threadId)).map(({ content }) => content),
      ["disk full"],
    );
    await world.archive(threadId);
    assert.deepEqual(await find(forumTransport, lost), [ref]);
    assert.deepEqual(await find(forumTransport, { ...lost, operation: { ...post, threadName: "else" } }), []);
    delivered(await forumTransport.execute({ kind: "delete", threadId, messageId: threadId }, { nonce: "n3" }));
    assert.deepEqual(await find(forumTransport, lost), []);
  },
};
