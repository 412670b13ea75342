import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toDiscordRoute } from "./discord-route.ts";

const ID = "123456789012345678";
const NOW = 1_800_000_000_000;
/** The id of a message that was posted so long ago. */
const messageOf = (ageMs: number): string => String(BigInt(NOW - ageMs - 1_420_070_400_000) << 22n);

test.each([
  ["POST", `/channels/${ID}/messages`, "POST /channels/:id/messages", `channels/${ID}`],
  ["POST", `/api/v10/channels/${ID}/messages?x=1`, "POST /channels/:id/messages", `channels/${ID}`],
  ["PATCH", `/v9/channels/${ID}/messages/${ID}`, "PATCH /channels/:id/messages/:id", `channels/${ID}`],
  ["GET", `/guilds/${ID}/audit-logs`, "GET /guilds/:id/audit-logs", `guilds/${ID}`],
  ["GET", "/users/@me/guilds", "GET /users/@me/guilds", ""],
  ["GET", "/oauth2/applications/@me", "GET /oauth2/applications/@me", ""],
  ["GET", `/guilds/${ID}/widget.json`, "GET /guilds/:id/widget.json", `guilds/${ID}`],
  ["GET", "/invites/dEfG-1", "GET /invites/:code", ""],
  ["GET", "/guilds/templates/abc", "GET /guilds/templates/:code", "guilds/templates"],
  [
    "PUT",
    `/channels/${ID}/messages/${ID}/reactions/%F0%9F%91%8D/@me`,
    "REACTIONS /channels/:id/messages/:id/reactions/:emoji",
    `channels/${ID}`,
  ],
  [
    "DELETE",
    `/channels/${ID}/messages/${ID}/reactions`,
    "REACTIONS /channels/:id/messages/:id/reactions/:emoji",
    `channels/${ID}`,
  ],
  [
    "GET",
    `/channels/${ID}/messages/${ID}/reactions/a:${ID}`,
    "GET /channels/:id/messages/:id/reactions/:other",
    `channels/${ID}`,
  ],
])("%s %s is %s", (method, path, template, major) => {
  expect(toDiscordRoute(method, path)).toMatchObject({ template, major });
});

describe("a token in the path", () => {
  const webhook = toDiscordRoute("POST", `/webhooks/${ID}/seCret`, { channelId: "9" });

  test("tells webhooks apart and is nowhere to be read", () => {
    expect(webhook).toMatchObject({ template: "POST /webhooks/:id/:token", credential: null, webhookChannel: "9" });
    expect(webhook.major).not.toBe(toDiscordRoute("POST", `/webhooks/${ID}/other`).major);
    expect(JSON.stringify(webhook)).not.toContain("seCret");
  });

  test("is the same for all that the webhook does, of which only posts draw on its channel", () => {
    const edit = toDiscordRoute("PATCH", `/webhooks/${ID}/seCret/messages/%40original`, { channelId: "9" });
    expect(edit).toMatchObject({ template: "PATCH /webhooks/:id/:token/messages/@original", webhookChannel: null });
    expect(edit.major).toBe(webhook.major);
  });

  test("of an interaction exempts it from the limit over all buckets", () => {
    const path = `/interactions/${ID}/seCret/callback`;
    expect(toDiscordRoute("POST", path)).toMatchObject({ isInteraction: true, webhookChannel: null });
    expect(webhook.isInteraction).toBe(false);
  });
});

test.each([
  [0, "new"],
  [9_999, "new"],
  [10_000, "old"],
  [14 * 86_400_000 - 1, "old"],
  [14 * 86_400_000, "ancient"],
])("deleting a message that is %d ms old counts as %s", (ageMs, age) => {
  const path = `/channels/${ID}/messages/${messageOf(ageMs)}`;
  expect(toDiscordRoute("DELETE", path, { nowMs: NOW }).template).toBe(`DELETE /channels/:id/messages/:id ${age}`);
});

test("any path has a route, and a template holds neither numbers nor long words of it", () => {
  fc.assert(
    fc.property(fc.constantFrom("GET", "POST", "DELETE"), fc.webPath(), (method, path) => {
      const { template } = toDiscordRoute(method, path);
      expect(template).toMatch(/^[A-Z]+ \/(?:(?::[a-z]+|@?[a-z][a-z0-9.-]{0,30})\/?)*( new| old| ancient)?$/);
    }),
  );
});
