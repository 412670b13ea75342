import { expect, test } from "vitest";
import { control, startEmulator } from "../support.ts";
import { identify, resume } from "./client.ts";

const BIG = "x".repeat(2000);

test.each(["zlib-stream", "zstd-stream"] as const)(
  "%s: one context for the whole connection, binary, a payload a message",
  async (compress) => {
    await using emulator = await startEmulator();
    const { channels, users } = emulator.description;
    using client = await identify(emulator, { compress: true }, { compress });
    for (let count = 0; count < 3; count += 1) {
      await control(emulator, "POST", "/messages", {
        channel_id: channels.alerts.id,
        user_id: users.alice.id,
        content: BIG,
      });
      expect((await client.next("MESSAGE_CREATE")).d.content).toBe(BIG);
    }
    expect(client.messages).toHaveLength(client.frames.length);
    expect(client.messages.every(({ isBinary }) => isBinary)).toBe(true);
    if (compress === "zlib-stream") {
      const ends = client.messages.map(({ bytes }) => bytes.subarray(-4).toString("hex"));
      expect(new Set(ends)).toEqual(new Set(["0000ffff"]));
    }
    // What was said before costs next to nothing: the context is kept.
    expect(client.messages.at(-1)?.bytes.length).toBeLessThan(300);
  },
);

test("payloads compressed one by one begin after the identify that asks for it", async () => {
  await using emulator = await startEmulator();
  using client = await identify(emulator, { compress: true });
  await client.next("GUILD_CREATE");
  expect(client.messages.map(({ isBinary }) => isBinary)).toEqual([false, true, true]);
});

test("a compressed connection resumes a session that began without compression", async () => {
  await using emulator = await startEmulator();
  using client = await identify(emulator);
  await client.next("GUILD_CREATE");
  client.drop();
  await client.closed;
  using again = await resume(emulator, client.ready.d, 1, { compress: "zlib-stream" });
  await again.next("RESUMED");
  expect(again.frames.map(({ t }) => t)).toEqual([null, "GUILD_CREATE", "RESUMED"]);
});
