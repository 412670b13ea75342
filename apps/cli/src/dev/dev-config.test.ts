import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isTocsinError } from "@tocsin/errors";
import { temporaryDirectory } from "@tocsin/testkit";
import { expect, test } from "vitest";
import { createDevConfig, loadDevConfig, withBuiltIn } from "./dev-config.ts";

const TOKEN = "t".repeat(68);
const channel = (id: string) => ({ id, webhook_url: `http://127.0.0.1:1/api/webhooks/${id}/${TOKEN}` });
const DISCORD = {
  bot_token: "the.bot.token",
  guild_id: "9",
  channels: { alerts: channel("1"), critical: channel("2"), forum: channel("3") },
};

test("has a destination for every channel: a webhook for alerts, the bot for critical ones and for the forum", () => {
  const { destinations } = createDevConfig(DISCORD);
  expect(destinations).toEqual({
    alerts: {
      kind: "discord",
      via: "webhook",
      webhookUrl: DISCORD.channels.alerts.webhook_url,
      username: "Tocsin",
      forum: false,
    },
    critical: { kind: "discord", via: "bot", botToken: "the.bot.token", guildId: "9", channelId: "2", forum: false },
    forum: { kind: "discord", via: "bot", botToken: "the.bot.token", guildId: "9", channelId: "3", forum: true },
  });
});

test("asks for the topic before the severity, and takes the rest", () => {
  const { routes } = createDevConfig(DISCORD);
  expect(routes.map(({ name: _, ...route }) => route)).toEqual([
    { match: { topic: ["forum"] }, destinations: ["forum"] },
    { match: { severity: ["critical"] }, destinations: ["critical"] },
    { destinations: ["alerts"] },
  ]);
});

test("lists every mistake of a file, and no secret in it", async () => {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, "tocsin.yaml");
  await writeFile(
    file,
    `destinations:\n  a:\n    kind: discord\n    webhook_ur: http://127.0.0.1:1/api/webhooks/1/${TOKEN}\nroutes: 5\n`,
  );
  let thrown: unknown;
  try {
    loadDevConfig(file, {});
  } catch (error) {
    thrown = error;
  }
  expect(isTocsinError(thrown) && thrown.code).toBe("CLI_CONFIG_INVALID");
  for (const part of [file, "webhook_url", "routes"]) expect(String(thrown)).toContain(part);
  expect(String(thrown)).not.toContain(TOKEN);
});

test("takes destinations and routes of a file, and variables from the environment", async () => {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, "tocsin.yaml");
  const webhook = "    webhook_url: $" + "{env:HOOK}\n";
  await writeFile(file, `destinations:\n  a:\n    kind: discord\n${webhook}routes:\n  - destinations: [a]\n`);
  const config = loadDevConfig(file, { HOOK: `https://discord.com/api/webhooks/1/${TOKEN}` });
  expect(config).toMatchObject({
    destinations: { a: { webhookUrl: `https://discord.com/api/webhooks/1/${TOKEN}` } },
    routes: [{ destinations: ["a"] }],
  });
});

test("adds the built-in destinations and routes to a file that names neither, and to no other", () => {
  const redis = { url: "redis://cache", prefix: "tocsin" };
  expect(withBuiltIn({ destinations: {}, routes: [], redis }, DISCORD)).toEqual({
    redis,
    ...createDevConfig(DISCORD),
  });
  const webhook = { kind: "discord", via: "webhook", webhookUrl: "x", forum: false } as const;
  const own = { destinations: { a: webhook }, routes: [] };
  expect(withBuiltIn(own, DISCORD)).toEqual(own);
});
