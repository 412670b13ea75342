import assert from "node:assert/strict";
import type { DiscordFile } from "../transport.ts";
import { assertRefusedUnasked, delivered } from "./delivered.ts";
import type { Facts, FarMessage } from "./harness.ts";

const toFile = (name: string, bytes: Uint8Array): DiscordFile => ({
  name,
  base64: Buffer.from(bytes).toString("base64"),
});

/** Every byte there is, line ends among them. */
const ALL_BYTES = Uint8Array.from({ length: 1024 }, (_, index) => index % 256);
const TEXT = new TextEncoder().encode("line one\r\nline two ✅\n");
const MIB = 1024 * 1024;

const contentsOf = (message: FarMessage | undefined): readonly (readonly [string, string])[] =>
  (message?.files ?? []).map(({ name, bytes }) => [name, Buffer.from(bytes).toString("hex")]);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** Files that go with messages. */
export const fileFacts: Facts = {
  "arrive with their bytes, beside the message": async (harness) => {
    await using world = await harness.connect();
    const files = [toFile("graph.png", ALL_BYTES), { ...toFile("log.txt", TEXT), contentType: "text/plain" }];
    const message = { content: "see", embeds: [{ title: "graph", image: { url: "attachment://graph.png" } }] };
    delivered(await world.transport.execute({ kind: "send", message, files }, { nonce: "n1" }));
    const [seen] = await world.messages(world.channelId);
    assert.deepEqual([seen?.content, seen?.embedTitles], ["see", ["graph"]]);
    assert.deepEqual(contentsOf(seen), [
      ["graph.png", hex(ALL_BYTES)],
      ["log.txt", hex(TEXT)],
    ]);
    assert.equal(world.requestCount(), 1);
  },

  "can be all that a message has": async (harness) => {
    await using world = await harness.connect();
    const files = [toFile("empty.txt", new Uint8Array())];
    delivered(await world.transport.execute({ kind: "send", message: {}, files }, { nonce: "n1" }));
    assert.deepEqual(contentsOf((await world.messages(world.channelId))[0]), [["empty.txt", ""]]);
  },

  "are replaced by an edit, and go with one that has none": async (harness) => {
    await using world = await harness.connect();
    const { transport } = world;
    const first = { kind: "send", message: { content: "x" }, files: [toFile("a.txt", TEXT)] } as const;
    const { messageId } = delivered(await transport.execute(first, { nonce: "n1" }));
    const second = { kind: "edit", messageId, message: { content: "y" }, files: [toFile("b.bin", ALL_BYTES)] } as const;
    delivered(await transport.execute(second, { nonce: "n2" }));
    assert.deepEqual(contentsOf((await world.messages(world.channelId))[0]), [["b.bin", hex(ALL_BYTES)]]);
    delivered(await transport.execute({ kind: "edit", messageId, message: { content: "z" } }, { nonce: "n3" }));
    assert.deepEqual(contentsOf((await world.messages(world.channelId))[0]), []);
  },

  "over Discord's limits are refused before anything is sent": async (harness) => {
    await using world = await harness.connect();
    const message = { content: "x" };
    const tooLarge = [toFile("a.bin", new Uint8Array(10 * MIB + 1))];
    const tooMany = Array.from({ length: 11 }, (_, index) => toFile(`${index}.txt`, TEXT));
    const tooLargeTogether = ["a", "b", "c"].map((name) => toFile(name, new Uint8Array(9 * MIB)));
    for (const files of [tooLarge, tooMany, tooLargeTogether]) {
      await assertRefusedUnasked(world, { kind: "send", message, files }, "too-large");
      await assertRefusedUnasked(world, { kind: "edit", messageId: "1", message, files }, "too-large");
    }
  },

  "need a name each, and base64": async (harness) => {
    await using world = await harness.connect();
    const wrong: readonly (readonly DiscordFile[])[] = [
      [toFile("a", TEXT), toFile("a", TEXT)],
      [toFile("", TEXT)],
      [{ name: "a", base64: "not base64!" }],
    ];
    for (const files of wrong) {
      await assertRefusedUnasked(world, { kind: "send", message: { content: "x" }, files }, "invalid-form");
    }
  },
};
