import assert from "node:assert/strict";
import { fixOf } from "../codes.ts";
import { assertOutcome, delivered, send } from "./delivered.ts";
import type { Facts, TransportWorld } from "./harness.ts";

/** Sends the same under one nonce twice, and gives how many messages that made. */
async function countOfTwo(world: TransportWorld): Promise<number> {
  const refs = [
    await send(world.transport, { content: "x" }, "n1"),
    await send(world.transport, { content: "x" }, "n1"),
  ];
  const madeCount = new Set(refs.map(({ messageId }) => messageId)).size;
  assert.equal((await world.messages(world.channelId)).length, madeCount);
  return madeCount;
}

/** For transports whose nonce counts. */
export const nonceFacts: Facts = {
  "makes one message, however often it is sent": async (harness) => {
    await using world = await harness.connect();
    assert.equal(await countOfTwo(world), 1);
    await send(world.transport, { content: "x" }, "n2");
    assert.equal((await world.messages(world.channelId)).length, 2);
  },

  "makes one message when an answer was lost": async (harness) => {
    await using world = await harness.connect();
    const operation = { kind: "send", message: { content: "x" } } as const;
    world.spoilNext({ kind: "cut", done: true });
    assertOutcome(await world.transport.execute(operation, { nonce: "n1" }), "unknown", "answer-lost");
    const { messageId } = await send(world.transport, operation.message, "n1");
    assert.deepEqual(
      (await world.messages(world.channelId)).map(({ id }) => id),
      [messageId],
    );
  },

  "stands for a message that was deleted: another nonce posts it again": async (harness) => {
    await using world = await harness.connect();
    const { messageId } = await send(world.transport, { content: "x" }, "n1");
    delivered(await world.transport.execute({ kind: "delete", messageId }, { nonce: "n2" }));
    const operation = { kind: "send", message: { content: "x" } } as const;
    const outcome = await world.transport.execute(operation, { nonce: "n1" });
    assertOutcome(outcome, "rejected", "target-gone");
    assert.equal(fixOf(outcome), "resend");
    await send(world.transport, operation.message, "n3");
  },
};

/** For transports whose nonce Discord does not look at. */
export const noNonceFacts: Facts = {
  "makes a message each time": async (harness) => {
    await using world = await harness.connect();
    assert.equal(await countOfTwo(world), 2);
  },
};
