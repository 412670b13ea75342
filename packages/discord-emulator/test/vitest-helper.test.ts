import { describe, expect } from "vitest";
import type { DiscordEmulator } from "../src/index.ts";
import { createEmulatorTest, test } from "../src/vitest.ts";
import { asBot } from "./support.ts";

const fileTest = createEmulatorTest({ scope: "file", seed: 7, now: () => Date.UTC(2026, 0, 1) });

const say = async (discord: DiscordEmulator, content: string): Promise<number> =>
  (await asBot(discord, "POST", `/channels/${discord.description.channels.alerts.id}/messages`, { content })).status;
const contents = async (discord: DiscordEmulator): Promise<string[]> =>
  (await asBot(discord, "GET", `/channels/${discord.description.channels.alerts.id}/messages`)).json.map(
    ({ content }: { content: string }) => content,
  );

describe("by default", () => {
  const seen: DiscordEmulator[] = [];

  test("a test has an emulator without rate limits", async ({ discord }) => {
    for (const _ of Array(10)) expect(await say(discord, "c")).toBe(200);
    seen.push(discord);
  });

  test("the next test has another one, and the first is closed", async ({ discord }) => {
    expect(await contents(discord)).toEqual([]);
    await expect(fetch(seen[0]?.url as string)).rejects.toThrow();
  });
});

describe("for a file", () => {
  fileTest("options are those of startDiscordEmulator", async ({ discord }) => {
    expect(await say(discord, "first")).toBe(200);
    expect(new Date(Number(BigInt(discord.description.guild_id) >> 22n) + 1_420_070_400_000).getUTCFullYear()).toBe(
      2026,
    );
  });

  fileTest("its tests share the emulator", async ({ discord }) => {
    expect(await contents(discord)).toEqual(["first"]);
  });
});
