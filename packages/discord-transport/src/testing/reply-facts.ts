import assert from "node:assert/strict";
import { delivered, send } from "./delivered.ts";
import type { Facts, FarMessage, TransportWorld } from "./harness.ts";

async function reply(world: TransportWorld, replyTo: string): Promise<FarMessage | undefined> {
  const operation = { kind: "send", replyTo, message: { content: "recovered" } } as const;
  const { messageId } = delivered(await world.transport.execute(operation, { nonce: "reply" }));
  return (await world.messages(world.channelId)).find(({ id }) => id === messageId);
}

/** For transports that reply. */
export const replyFacts: Facts = {
  "to a message of its own, and shows which": async (harness) => {
    await using world = await harness.connect();
    const { messageId } = await send(world.transport, { content: "down" }, "n1");
    assert.equal((await reply(world, messageId))?.repliesTo, messageId);
  },

  "to somebody else, who is not mentioned by it": async (harness) => {
    await using world = await harness.connect();
    const messageId = await world.say("what is it?");
    const seen = await reply(world, messageId);
    assert.deepEqual([seen?.repliesTo, seen?.mentionedUserIds], [messageId, []]);
  },

  "to a message that is gone by standing alone": async (harness) => {
    await using world = await harness.connect();
    const { messageId } = await send(world.transport, { content: "down" }, "n1");
    delivered(await world.transport.execute({ kind: "delete", messageId }, { nonce: "n2" }));
    const seen = await reply(world, messageId);
    assert.deepEqual([seen?.content, seen?.repliesTo], ["recovered", undefined]);
  },
};

/** For transports that do not reply. */
export const noReplyFacts: Facts = {
  "but lets the message stand alone": async (harness) => {
    await using world = await harness.connect();
    const { messageId } = await send(world.transport, { content: "down" }, "n1");
    const seen = await reply(world, messageId);
    assert.deepEqual([seen?.content, seen?.repliesTo], ["recovered", undefined]);
  },
};
