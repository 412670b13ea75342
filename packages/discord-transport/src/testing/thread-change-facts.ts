import assert from "node:assert/strict";
import { assertOutcome, assertRefusedUnasked, delivered, send } from "./delivered.ts";
import type { Facts } from "./harness.ts";

const NOBODY = "100000000000000000";

/** For transports that start threads from messages. */
export const threadStartFacts: Facts = {
  "from a message, with its id, once": async (harness) => {
    await using world = await harness.connect();
    const { transport } = world;
    const { messageId } = await send(transport, { content: "down" }, "n1");
    for (const name of ["incident", "again"]) {
      const operation = { kind: "start-thread", messageId, name, autoArchiveMinutes: 60 } as const;
      const ref = delivered(await transport.execute(operation, { nonce: "n2" }));
      assert.deepEqual(ref, { channelId: messageId, messageId, threadId: messageId });
    }
    assert.equal((await world.thread(messageId)).name, "incident");
    const answer = { kind: "send", threadId: messageId, message: { content: "looking" } } as const;
    assert.equal(delivered(await transport.execute(answer, { nonce: "n3" })).threadId, messageId);
  },

  "not from a message that is gone": async (harness) => {
    await using world = await harness.connect();
    const operation = { kind: "start-thread", messageId: NOBODY, name: "x" } as const;
    assertOutcome(await world.transport.execute(operation, { nonce: "n1" }), "rejected", "target-gone");
  },

  "not under a name that Discord refuses": async (harness) => {
    await using world = await harness.connect();
    const { messageId } = await send(world.transport, { content: "down" }, "n1");
    const operation = { kind: "start-thread", messageId, name: "x".repeat(101) } as const;
    assertOutcome(await world.transport.execute(operation, { nonce: "n2" }), "rejected", "invalid-form");
  },
};

/** For transports that cannot start them. */
export const noThreadStartFacts: Facts = {
  "and says so without a request": async (harness) => {
    await using world = await harness.connect();
    await assertRefusedUnasked(world, { kind: "start-thread", messageId: "1", name: "x" }, "unsupported");
  },
};

/** For transports that change threads. */
export const threadChangeFacts: Facts = {
  "their name, and whether they are open": async (harness) => {
    await using world = await harness.connect();
    const threadId = await world.startThread();
    const ref = { channelId: threadId, messageId: threadId, threadId };
    const change = async (wish: { archived?: boolean; locked?: boolean; name?: string }) =>
      delivered(await world.transport.execute({ kind: "update-thread", threadId, ...wish }, { nonce: "n1" }));
    assert.deepEqual(await change({ name: "resolved" }), ref);
    assert.deepEqual(await world.thread(threadId), { name: "resolved", isArchived: false, isLocked: false });
    await change({ archived: true });
    assert.deepEqual(await world.thread(threadId), { name: "resolved", isArchived: true, isLocked: false });
    await change({ archived: false });
    await change({ archived: true, locked: true });
    assert.deepEqual(await world.thread(threadId), { name: "resolved", isArchived: true, isLocked: true });
  },

  "never the channel itself": async (harness) => {
    await using world = await harness.connect();
    const threadId = world.channelId;
    await assertRefusedUnasked(world, { kind: "update-thread", threadId, name: "x" }, "invalid-form");
  },

  "not one that is gone": async (harness) => {
    await using world = await harness.connect();
    const operation = { kind: "update-thread", threadId: NOBODY, archived: true } as const;
    assertOutcome(await world.transport.execute(operation, { nonce: "n1" }), "rejected", "target-gone");
  },
};

/** For transports that do not change them. */
export const noThreadChangeFacts: Facts = {
  "and says so without a request": async (harness) => {
    await using world = await harness.connect();
    await assertRefusedUnasked(world, { kind: "update-thread", threadId: "1", archived: true }, "unsupported");
  },
};
