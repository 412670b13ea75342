import assert from "node:assert/strict";
import type { DiscordMessage } from "../transport.ts";
import { delivered, send } from "./delivered.ts";
import type { Facts, TransportWorld } from "./harness.ts";

const SUPPRESS_EMBEDS = 1 << 2;
const SILENT = 1 << 12;
const COMPONENTS_V2 = 1 << 15;

const CARD = [{ type: 17, components: [{ type: 10, content: "**db1** is down" }, { type: 14 }] }];

/** A message made of components only. Its type knows the flag by an enum that nothing here should have to import. */
const toCard = (rest: object = {}): DiscordMessage => ({ ...rest, flags: COMPONENTS_V2, components: CARD }) as never;

async function onlyMessage(world: TransportWorld) {
  const [seen, ...others] = await world.messages(world.channelId);
  assert.deepEqual(others, []);
  return seen;
}

/** What messages can be made of. */
export const formFacts: Facts = {
  "components V2, and nothing beside them": async (harness) => {
    await using world = await harness.connect();
    await send(world.transport, toCard({ content: "", embeds: [] }), "n1");
    const seen = await onlyMessage(world);
    assert.deepEqual([seen?.content, seen?.embedTitles, seen?.componentCount], ["", [], 1]);
    assert.equal((seen?.flags ?? 0) & COMPONENTS_V2, COMPONENTS_V2);
  },

  "components V2 where content and embeds have been": async (harness) => {
    await using world = await harness.connect();
    const { messageId } = await send(world.transport, { content: "down", embeds: [{ title: "db1" }] }, "n1");
    const edit = { kind: "edit", messageId, message: toCard() } as const;
    delivered(await world.transport.execute(edit, { nonce: "n2" }));
    const seen = await onlyMessage(world);
    assert.deepEqual([seen?.content, seen?.embedTitles, seen?.componentCount], ["", [], 1]);
    assert.equal((seen?.flags ?? 0) & COMPONENTS_V2, COMPONENTS_V2);
    delivered(await world.transport.execute(edit, { nonce: "n3" }));
  },

  "silence, and embeds that are not shown": async (harness) => {
    await using world = await harness.connect();
    const flags = (SILENT | SUPPRESS_EMBEDS) as never;
    const { messageId } = await send(world.transport, { content: "psst", flags }, "n1");
    assert.equal((await onlyMessage(world))?.flags, SILENT | SUPPRESS_EMBEDS);
    // A message cannot be made silent or loud afterwards: Discord refuses that flag of an edit.
    const edit = { kind: "edit", messageId, message: { content: "psst!", flags } } as const;
    delivered(await world.transport.execute(edit, { nonce: "n2" }));
    assert.equal((await onlyMessage(world))?.content, "psst!");
  },

  "a poll": async (harness) => {
    await using world = await harness.connect();
    const poll = { question: { text: "roll back?" }, answers: [{ poll_media: { text: "yes" } }], duration: 1 };
    await send(world.transport, { poll } as DiscordMessage, "n1");
    assert.equal((await onlyMessage(world))?.content, "");
  },

  "mentions of every kind, which reach nobody unless the message allows it": async (harness) => {
    await using world = await harness.connect();
    const { transport, forumTransport, userId, roleId } = world;
    const content = `<@${userId}> <@!${userId}> <@&${roleId}> @everyone @here`;
    const threadId = await world.startThread();
    const { messageId } = await send(transport, { content }, "n1");
    const edit = { kind: "edit", messageId, message: { content: `${content}!` } } as const;
    delivered(await transport.execute(edit, { nonce: "n2" }));
    delivered(await transport.execute({ kind: "send", threadId, message: { content } }, { nonce: "n3" }));
    const places = [world.channelId, threadId];
    if (harness.opensForumPosts) {
      const post = { kind: "send", threadName: "post", message: { content } } as const;
      places.push(delivered(await forumTransport?.execute(post, { nonce: "n4" })).channelId);
    }
    await send(transport, { content, allowed_mentions: { users: [userId] } }, "n5");
    await send(transport, { content, allowed_mentions: { roles: [roleId] } }, "n6");
    const seen = (await Promise.all(places.map((place) => world.messages(place)))).flat();
    assert.equal(seen.length, places.length + 2);
    assert.ok(seen.every(({ mentionsEveryone }) => !mentionsEveryone));
    assert.deepEqual(
      seen.flatMap(({ mentionedUserIds }) => mentionedUserIds),
      [userId],
    );
    assert.deepEqual(
      seen.flatMap(({ mentionedRoleIds }) => mentionedRoleIds),
      [roleId],
    );
  },
};
