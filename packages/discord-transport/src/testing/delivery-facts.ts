import assert from "node:assert/strict";
import { assertOutcome, delivered, send } from "./delivered.ts";
import type { Facts } from "./harness.ts";

/** A link button: the kind of component that every webhook may send. */
const BUTTON_ROW = [
  { type: 1, components: [{ type: 2, style: 5, label: "Runbook", url: "https://example.org/runbook" }] },
];

/** What becomes of sends, edits and deletes when nothing is in the way. */
export const deliveryFacts: Facts = {
  "a message, and says where it is": async (harness) => {
    await using world = await harness.connect();
    const message = { content: "disk full", embeds: [{ title: "db1" }, { title: "db2" }] };
    const ref = await send(world.transport, message, "n1");
    assert.equal(ref.channelId, world.channelId);
    assert.equal(ref.threadId, undefined);
    const [seen, ...others] = await world.messages(world.channelId);
    assert.deepEqual(others, []);
    assert.deepEqual(
      { id: seen?.id, content: seen?.content, embedTitles: seen?.embedTitles },
      { id: ref.messageId, content: "disk full", embedTitles: ["db1", "db2"] },
    );
    assert.equal(world.requestCount(), 1);
  },

  components: async (harness) => {
    await using world = await harness.connect();
    await send(world.transport, { content: "x", components: BUTTON_ROW as never }, "n1");
    assert.deepEqual(
      (await world.messages(world.channelId)).map(({ componentCount }) => componentCount),
      [1],
    );
  },

  "concurrent sends once each": async (harness) => {
    await using world = await harness.connect();
    const names = ["a", "b", "c", "d"];
    const refs = await Promise.all(names.map((content) => send(world.transport, { content }, `n-${content}`)));
    assert.equal(new Set(refs.map(({ messageId }) => messageId)).size, names.length);
    const seen = await world.messages(world.channelId);
    assert.deepEqual(seen.map(({ content }) => content).sort(), names);
  },

  "an edit that replaces the whole message": async (harness) => {
    await using world = await harness.connect();
    const message = { content: "down", embeds: [{ title: "db1" }], components: BUTTON_ROW as never };
    const ref = await send(world.transport, message, "n1");
    const { messageId } = ref;
    const replacement = { embeds: [{ title: "up" }] };
    const edited = await world.transport.execute({ kind: "edit", messageId, message: replacement }, { nonce: "n2" });
    assert.deepEqual(delivered(edited), ref);
    const [seen] = await world.messages(world.channelId);
    assert.deepEqual(
      { content: seen?.content, embedTitles: seen?.embedTitles, componentCount: seen?.componentCount },
      { content: "", embedTitles: ["up"], componentCount: 0 },
    );
  },

  "a delete, also of what is gone already": async (harness) => {
    await using world = await harness.connect();
    const { messageId } = await send(world.transport, { content: "x" }, "n1");
    for (const nonce of ["n2", "n3"]) {
      const ref = delivered(await world.transport.execute({ kind: "delete", messageId }, { nonce }));
      assert.equal(ref.messageId, messageId);
    }
    assert.deepEqual(await world.messages(world.channelId), []);
  },

  "no edit of a message that is gone": async (harness) => {
    await using world = await harness.connect();
    const { messageId } = await send(world.transport, { content: "x" }, "n1");
    delivered(await world.transport.execute({ kind: "delete", messageId }, { nonce: "n2" }));
    const edit = { kind: "edit", messageId, message: { content: "y" } } as const;
    assertOutcome(await world.transport.execute(edit, { nonce: "n3" }), "rejected", "target-gone");
  },

  "no message of a form that Discord refuses, and hands over Discord's words": async (harness) => {
    await using world = await harness.connect();
    const message = { embeds: [{ title: "x".repeat(257) }] };
    const outcome = await world.transport.execute({ kind: "send", message }, { nonce: "n1" });
    assertOutcome(outcome, "rejected", "invalid-form");
    const details = outcome.kind === "rejected" ? JSON.stringify(outcome.details) : "";
    assert.match(details, /"code":50035/);
    assert.match(details, /"embeds":\{"0":\{"title":\{"_errors":/);
    const empty = await world.transport.execute({ kind: "send", message: {} }, { nonce: "n2" });
    assertOutcome(empty, "rejected", "invalid-form");
    assert.deepEqual(await world.messages(world.channelId), []);
  },

  "what is under way when it is closed, and nothing after that": async (harness) => {
    await using world = await harness.connect();
    const execution = world.transport.execute({ kind: "send", message: { content: "x" } }, { nonce: "n1" });
    await Promise.all([world.transport.close(), world.transport.close()]);
    delivered(await execution);
    const late = world.transport.execute({ kind: "send", message: { content: "y" } }, { nonce: "n2" });
    await assert.rejects(late, { code: "TRANSPORT_CLOSED" });
    assert.equal((await world.messages(world.channelId)).length, 1);
  },
};
