import assert from "node:assert/strict";
import { fixOf } from "../codes.ts";
import { assertOutcome, delivered } from "./delivered.ts";
import type { Facts } from "./harness.ts";

/** An id that belongs to nothing: a moment in 2015. */
const NOBODY = "100000000000000000";

/** Messages in the threads of a text channel. */
export const threadFacts: Facts = {
  "takes a message, its edit and its delete": async (harness) => {
    await using world = await harness.connect();
    const { transport } = world;
    const threadId = await world.startThread();
    const message = { content: "first" };
    const ref = delivered(await transport.execute({ kind: "send", threadId, message }, { nonce: "n1" }));
    assert.deepEqual({ channelId: ref.channelId, threadId: ref.threadId }, { channelId: threadId, threadId });
    const contents = async (): Promise<string[]> => (await world.messages(threadId)).map(({ content }) => content);
    assert.deepEqual(await contents(), ["first"]);
    const { messageId } = ref;
    const edit = { kind: "edit", messageId, threadId, message: { content: "second" } } as const;
    assert.deepEqual(delivered(await transport.execute(edit, { nonce: "n2" })), ref);
    assert.deepEqual(await contents(), ["second"]);
    assert.deepEqual(delivered(await transport.execute({ kind: "delete", messageId, threadId }, { nonce: "n3" })), ref);
    assert.deepEqual(await contents(), []);
    assert.deepEqual(await world.messages(world.channelId), []);
  },

  "is opened by a message when it was closed": async (harness) => {
    await using world = await harness.connect();
    const threadId = await world.startThread();
    await world.archive(threadId);
    const operation = { kind: "send", threadId, message: { content: "x" } } as const;
    delivered(await world.transport.execute(operation, { nonce: "n1" }));
    assert.equal((await world.thread(threadId)).isArchived, false);
  },

  "takes no edit while it is closed, and says what would help": async (harness) => {
    await using world = await harness.connect();
    const threadId = await world.startThread();
    const operation = { kind: "send", threadId, message: { content: "x" } } as const;
    const { messageId } = delivered(await world.transport.execute(operation, { nonce: "n1" }));
    await world.archive(threadId);
    const edit = { kind: "edit", threadId, messageId, message: { content: "y" } } as const;
    const outcome = await world.transport.execute(edit, { nonce: "n2" });
    assertOutcome(outcome, "rejected", "unsupported");
    assert.equal(fixOf(outcome), "unarchive");
  },

  "takes a delete while it is closed": async (harness) => {
    await using world = await harness.connect();
    const threadId = await world.startThread();
    const operation = { kind: "send", threadId, message: { content: "x" } } as const;
    const { messageId } = delivered(await world.transport.execute(operation, { nonce: "n1" }));
    await world.archive(threadId);
    delivered(await world.transport.execute({ kind: "delete", threadId, messageId }, { nonce: "n2" }));
    assert.deepEqual(await world.messages(threadId), []);
  },

  "is a target that is gone when it does not exist": async (harness) => {
    await using world = await harness.connect();
    const operation = { kind: "send", threadId: NOBODY, message: { content: "x" } } as const;
    assertOutcome(await world.transport.execute(operation, { nonce: "n1" }), "rejected", "target-gone");
  },
};

/** Posts of a forum, for transports that can open them. */
export const forumFacts: Facts = {
  "opens one, and answers in it": async (harness) => {
    await using world = await harness.connect();
    const { forumTransport } = world;
    assert.ok(forumTransport, "a harness that opens forum posts must bring a transport for it");
    const post = { kind: "send", threadName: "disk full", message: { content: "opened" } } as const;
    const ref = delivered(await forumTransport.execute(post, { nonce: "n1" }));
    assert.equal(ref.threadId, ref.channelId);
    const threadId = ref.channelId;
    const answer = { kind: "send", threadId, message: { content: "answer" } } as const;
    delivered(await forumTransport.execute(answer, { nonce: "n2" }));
    const seen = await world.messages(threadId);
    assert.deepEqual(
      seen.map(({ content }) => content),
      ["opened", "answer"],
    );
  },

  "opens one with a file": async (harness) => {
    await using world = await harness.connect();
    const files = [{ name: "log.txt", base64: Buffer.from("42 %").toString("base64") }];
    const post = { kind: "send", threadName: "disk full", message: { content: "opened" }, files } as const;
    const { channelId } = delivered(await world.forumTransport?.execute(post, { nonce: "n1" }));
    const [seen] = await world.messages(channelId);
    assert.deepEqual([seen?.files[0]?.name, Buffer.from(seen?.files[0]?.bytes ?? []).toString()], ["log.txt", "42 %"]);
  },

  "is no channel for a post: only a forum has them": async (harness) => {
    await using world = await harness.connect();
    const post = { kind: "send", threadName: "disk full", message: { content: "opened" } } as const;
    assertOutcome(await world.transport.execute(post, { nonce: "n1" }), "rejected", "invalid-form");
    assert.deepEqual(await world.messages(world.channelId), []);
  },

  "needs a name or an id of one": async (harness) => {
    await using world = await harness.connect();
    const outcome = await world.forumTransport?.execute({ kind: "send", message: { content: "x" } }, { nonce: "n1" });
    assert.ok(outcome, "a harness that opens forum posts must bring a transport for it");
    assertOutcome(outcome, "rejected", "invalid-form");
  },
};
