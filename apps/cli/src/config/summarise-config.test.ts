import type { BotDestinationConfig, RelayConfig, WebhookDestinationConfig } from "@tocsin/relay";
import { expect, test } from "vitest";
import { summariseConfig } from "./summarise-config.ts";

const WEBHOOK: WebhookDestinationConfig = { kind: "discord", via: "webhook", webhookUrl: "secret", forum: false };
const BOT: BotDestinationConfig = { kind: "discord", via: "bot", botToken: "secret", channelId: "3", forum: false };
const ANY: RelayConfig["routes"] = [{ destinations: ["a"] }];

const summaryOf = (a: RelayConfig["destinations"][string]) =>
  summariseConfig({ destinations: { a }, routes: ANY }).destinations[0]?.summary;

test.each([
  ["a webhook of a forum", { ...WEBHOOK, forum: true }, "webhook, forum, a post for each alert"],
  ["a bot without threads", { ...BOT, thread: false }, "bot, channel 3, no threads"],
  [
    "a forum with tags",
    { ...BOT, forum: true, forumTagIds: { info: [], warn: ["7"], resolved: ["8", "9"] } },
    "bot, forum 3, a post for each alert, tags 7 for warn and 8 9 for resolved",
  ],
  [
    "pings and silence",
    {
      ...BOT,
      escalation: "ping" as const,
      mentions: { users: ["4"], roles: ["5"], everyone: true, minSeverity: "warn" as const },
      silent: ["info" as const],
    },
    "bot, channel 3, a thread for each alert, a note that pings when it gets worse, pings user 4 and role 5 and everyone from warn on, no sound for info",
  ],
  [
    "certificates",
    { ...WEBHOOK, pack: false, tls: { isVerified: false, caPem: "x", certPem: "x", keyPem: "secret" } },
    "webhook, text channel, no threads (a webhook cannot start them), one message for each alert, the server's certificate is not checked, an authority of its own, a certificate of ours",
  ],
])("sums up %s", (_name, destination, summary) => {
  expect(summaryOf(destination)).toBe(summary);
});

test("holds no secret", () => {
  const tls = { isVerified: true, certPem: "x", keyPem: "secret" };
  const summary = summariseConfig({ destinations: { a: { ...WEBHOOK, tls }, b: BOT }, routes: ANY });
  expect(JSON.stringify(summary)).not.toContain('secret"');
});

test.each([
  ["a digest of a forum", { ...BOT, forum: true, digest: { minCount: 2 } }, /^digest changes nothing at a: each alert/],
  ["no thread for posts", { ...WEBHOOK, forum: true, thread: false }, /^thread changes nothing at a: each alert/],
  ["tags by a webhook", { ...WEBHOOK, forum: true, forumTagIds: {} }, /^at a posts keep the tags that they begin with/],
  ["packing what has threads", { ...BOT, pack: true }, /^pack changes nothing at a: an alert with a thread/],
])("notes what has no effect: %s", (_name, a, note) => {
  expect(summariseConfig({ destinations: { a }, routes: ANY }).notes).toEqual([expect.stringMatching(note)]);
  expect(summariseConfig({ destinations: { a: BOT }, routes: ANY }).notes).toEqual([]);
});

test("notes a destination that no route leads to", () => {
  const { notes } = summariseConfig({ destinations: { a: BOT, b: WEBHOOK }, routes: ANY });
  expect(notes).toEqual(["no route leads to b: only alerts that name it under channels get there"]);
});
