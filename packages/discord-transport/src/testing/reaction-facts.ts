import assert from "node:assert/strict";
import { fixOf } from "../codes.ts";
import { assertOutcome, assertRefusedUnasked, delivered, send } from "./delivered.ts";
import type { Facts } from "./harness.ts";

/** The emoji without a colour of its own: two spellings, with and without U+FE0F. */
const HEART = "\u2764";

/** For transports that react. */
export const reactionFacts: Facts = {
  "once, however often it is asked to": async (harness) => {
    await using world = await harness.connect();
    const ref = await send(world.transport, { content: "x" }, "n1");
    const { messageId } = ref;
    for (const nonce of ["n2", "n3"]) {
      const outcome = await world.transport.execute({ kind: "react", messageId, emoji: "👍" }, { nonce });
      assert.deepEqual(delivered(outcome), ref);
    }
    const [seen] = await world.messages(world.channelId);
    assert.deepEqual(seen?.reactionCounts, { "👍": 1 });
  },

  "with every spelling of an emoji": async (harness) => {
    await using world = await harness.connect();
    const { messageId } = await send(world.transport, { content: "x" }, "n1");
    for (const emoji of [HEART, `${HEART}\uFE0F`, "1️⃣", "🏳️‍🌈", "👩🏽‍🚒", "🇪🇺"]) {
      delivered(await world.transport.execute({ kind: "react", messageId, emoji }, { nonce: "n2" }));
    }
    const [seen] = await world.messages(world.channelId);
    assert.deepEqual(Object.values(seen?.reactionCounts ?? {}), [1, 1, 1, 1, 1]);
  },

  "to a message in a thread": async (harness) => {
    await using world = await harness.connect();
    const threadId = await world.startThread();
    const operation = { kind: "send", threadId, message: { content: "x" } } as const;
    const ref = delivered(await world.transport.execute(operation, { nonce: "n1" }));
    const { messageId } = ref;
    const reaction = { kind: "react", threadId, messageId, emoji: "✅" } as const;
    assert.deepEqual(delivered(await world.transport.execute(reaction, { nonce: "n2" })), ref);
    assert.deepEqual((await world.messages(threadId))[0]?.reactionCounts, { "✅": 1 });
  },

  "not with what is no emoji, and asks nobody about it": async (harness) => {
    await using world = await harness.connect();
    for (const emoji of ["", "ok", "..", "../@me", "%2e%2e", "name:", "a:b:c", "\uD83D", "👍".repeat(40)]) {
      await assertRefusedUnasked(world, { kind: "react", messageId: "1", emoji }, "invalid-form");
    }
  },

  "not with an emoji that Discord does not know": async (harness) => {
    await using world = await harness.connect();
    const { messageId } = await send(world.transport, { content: "x" }, "n1");
    const operation = { kind: "react", messageId, emoji: "nobody:100000000000000000" } as const;
    const outcome = await world.transport.execute(operation, { nonce: "n2" });
    assertOutcome(outcome, "rejected", "invalid-form");
    assert.equal(fixOf(outcome), "degrade");
  },

  "not to a message that is gone": async (harness) => {
    await using world = await harness.connect();
    const operation = { kind: "react", messageId: "100000000000000000", emoji: "👍" } as const;
    const outcome = await world.transport.execute(operation, { nonce: "n1" });
    assertOutcome(outcome, "rejected", "target-gone");
  },
};

/** For transports that do not react. */
export const noReactionFacts: Facts = {
  "and says so without a request": async (harness) => {
    await using world = await harness.connect();
    await assertRefusedUnasked(world, { kind: "react", messageId: "1", emoji: "👍" }, "unsupported");
  },
};
