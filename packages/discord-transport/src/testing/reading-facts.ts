import assert from "node:assert/strict";
import type { FetchedMessage, FetchedUser } from "../fetched.ts";
import { assertOutcome, delivered, send } from "./delivered.ts";
import type { Facts } from "./harness.ts";

/** For transports that read. */
export const readingFacts: Facts = {
  "messages in pages, newest first": async (harness) => {
    await using world = await harness.connect();
    const ids: string[] = [];
    for (const content of ["a", "b", "c"]) ids.push((await send(world.transport, { content }, content)).messageId);
    ids.push(await world.say("d"));
    const newestFirst = ids.toReversed();
    const { fetchMessages } = world.transport;
    const all = delivered(await fetchMessages?.({}));
    assert.deepEqual(idsOf(all), newestFirst);
    assert.deepEqual([all[0]?.content, all[0]?.author.id], ["d", world.userId]);
    const first = delivered(await fetchMessages?.({ maxCount: 2 }));
    assert.deepEqual(idsOf(first), newestFirst.slice(0, 2));
    const second = delivered(await fetchMessages?.({ maxCount: 2, before: first[1]?.id ?? "" }));
    assert.deepEqual(idsOf(second), newestFirst.slice(2));
    assert.deepEqual(idsOf(delivered(await fetchMessages?.({ after: ids[1] ?? "" }))), newestFirst.slice(0, 2));
    assert.ok(idsOf(delivered(await fetchMessages?.({ around: ids[1] ?? "" }))).includes(ids[1] ?? ""));
  },

  "messages of a thread": async (harness) => {
    await using world = await harness.connect();
    const threadId = await world.startThread();
    const operation = { kind: "send", threadId, message: { content: "inside" } } as const;
    const { messageId } = delivered(await world.transport.execute(operation, { nonce: "n1" }));
    await send(world.transport, { content: "outside" }, "n2");
    const seen = delivered(await world.transport.fetchMessages?.({ threadId, maxCount: 1 }));
    assert.deepEqual(idsOf(seen), [messageId]);
  },

  "who reacted, in pages": async (harness) => {
    await using world = await harness.connect();
    const { messageId } = await send(world.transport, { content: "approve?" }, "n1");
    const userIds = await world.react(messageId, "👍");
    const ascending = userIds.toSorted((left, right) => (BigInt(left) < BigInt(right) ? -1 : 1));
    const { fetchReactions } = world.transport;
    assert.deepEqual(idsOf(delivered(await fetchReactions?.({ messageId, emoji: "👍" }))), ascending);
    const first = delivered(await fetchReactions?.({ messageId, emoji: "👍", maxCount: 2 }));
    assert.deepEqual(idsOf(first), ascending.slice(0, 2));
    const rest = delivered(await fetchReactions?.({ messageId, emoji: "👍", after: first[1]?.id ?? "" }));
    assert.deepEqual(idsOf(rest), ascending.slice(2));
    assert.deepEqual(delivered(await fetchReactions?.({ messageId, emoji: "👎" })), []);
  },

  "nothing of what is gone": async (harness) => {
    await using world = await harness.connect();
    const { fetchMessages, fetchReactions } = world.transport;
    const missing = "100000000000000000";
    const messages = await fetchMessages?.({ threadId: missing });
    const reactions = await fetchReactions?.({ messageId: missing, emoji: "👍" });
    for (const outcome of [messages, reactions]) {
      assert.ok(outcome);
      assertOutcome(outcome, "rejected", "target-gone");
    }
  },

  "only what can be asked for": async (harness) => {
    await using world = await harness.connect();
    const { fetchMessages, fetchReactions } = world.transport;
    const outcomes = [
      await fetchMessages?.({ maxCount: 0 }),
      await fetchMessages?.({ maxCount: 101 }),
      await fetchMessages?.({ maxCount: 1.5 }),
      await fetchMessages?.({ before: "1", after: "2" }),
      await fetchMessages?.({ threadId: "../1" }),
      await fetchMessages?.({ around: "x" }),
      await fetchReactions?.({ messageId: "..", emoji: "👍" }),
      await fetchReactions?.({ messageId: "1", emoji: ".." }),
      await fetchReactions?.({ messageId: "1", emoji: "👍", maxCount: 101 }),
    ];
    for (const outcome of outcomes) {
      assert.ok(outcome);
      assertOutcome(outcome, "rejected", "invalid-form");
    }
    assert.equal(world.requestCount(), 0);
  },

  "again where the answer got lost: reading does no harm": async (harness) => {
    await using world = await harness.connect();
    for (const fault of [{ kind: "cut", done: true }, { kind: "half-answer" }] as const) {
      world.spoilNext(fault);
      const outcome = await world.transport.fetchMessages?.({});
      assert.ok(outcome);
      assertOutcome(outcome, "retryable", "answer-lost");
    }
    world.spoilNext({ kind: "answer", status: 500, body: { code: 0, message: "500: Internal Server Error" } });
    const outcome = await world.transport.fetchMessages?.({});
    assert.ok(outcome);
    assertOutcome(outcome, "retryable", "server-error");
  },

  "nothing any more when it is closed": async (harness) => {
    await using world = await harness.connect();
    await world.transport.close();
    const { fetchMessages, fetchReactions, findSent } = world.transport;
    const operation = { kind: "send", message: { content: "x" } } as const;
    for (const read of [
      () => fetchMessages?.({}),
      () => fetchReactions?.({ messageId: "1", emoji: "👍" }),
      () => findSent?.({ operation, nonce: "n1", sentAfter: 0 }),
    ]) {
      await assert.rejects(async () => read(), { code: "TRANSPORT_CLOSED" });
    }
  },
};

/** For transports that do not read. */
export const noReadingFacts: Facts = {
  "and has no functions for it": async (harness) => {
    await using world = await harness.connect();
    const { findSent, fetchMessages, fetchReactions } = world.transport;
    assert.deepEqual([findSent, fetchMessages, fetchReactions], [undefined, undefined, undefined]);
  },
};

function idsOf(list: readonly (FetchedMessage | FetchedUser)[]): readonly string[] {
  return list.map(({ id }) => id);
}
