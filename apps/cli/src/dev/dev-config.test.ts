import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isTocsinError } from "@tocsin/errors";
import { temporaryDirectory } from "@tocsin/testkit";
import { expect, test } from "vitest";
import { createDevConfig, loadDevConfig, withBuiltIn } from "./dev-config.ts";

const TOKEN = "t".repeat(68);
const channel = (id: string) => ({ id, webhook_url: `http://127.0.0.1:1/api/webhooks/${id}/${TOKEN}` });

test("has a destination for every channel, and only the forum makes posts", () => {
  const { destinations } = createDevConfig({ alerts: channel("1"), critical: channel("2"), forum: channel("3") });
  const forums = Object.entries(destinations).map(([name, destination]) => [name, destination.forum]);
  expect(forums).toEqual([
    ["alerts", false],
    ["critical", false],
    ["forum", true],
  ]);
});

test("asks for the topic before the severity, and takes the rest", () => {
  const { routes } = createDevConfig({ alerts: channel("1"), critical: channel("2"), forum: channel("3") });
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
  const channels = { alerts: channel("1"), critical: channel("2"), forum: channel("3") };
  const redis = { url: "redis://cache", prefix: "tocsin" };
  expect(withBuiltIn({ destinations: {}, routes: [], redis }, channels)).toEqual({
    redis,
    ...createDevConfig(channels),
  });
  const own = { destinations: { a: { kind: "discord", webhookUrl: "x", forum: false } }, routes: [] } as const;
  expect(withBuiltIn(own, channels)).toEqual(own);
});
