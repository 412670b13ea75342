import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseWebhookUrl } from "./webhook-url.ts";

const ID = "123456789012345678";
const TOKEN = "aB3-xY_9".repeat(9).slice(0, 68);
const EXECUTE_URL = `https://discord.com/api/v10/webhooks/${ID}/${TOKEN}`;

describe("parseWebhookUrl", () => {
  test.each([
    `https://discord.com/api/webhooks/${ID}/${TOKEN}`,
    `https://discordapp.com/api/webhooks/${ID}/${TOKEN}`,
    `https://ptb.discord.com/api/webhooks/${ID}/${TOKEN}`,
    `https://canary.discord.com/api/v9/webhooks/${ID}/${TOKEN}/`,
    `https://canary.discordapp.com/api/v10/webhooks/${ID}/${TOKEN}?wait=true`,
    `http://DISCORD.com/api/v6/webhooks/${ID}/${TOKEN}`,
    `  https://discord.com:443/api/webhooks/${ID}/${TOKEN}\n`,
  ])("sends Discord's addresses to version 10 of one host: %s", (url) => {
    expect(parseWebhookUrl(url)).toEqual({ kind: "webhook", id: ID, token: TOKEN, executeUrl: EXECUTE_URL });
  });

  test.each([
    "http://127.0.0.1:8090/api",
    "http://127.0.0.1:8090/api/",
    "http://127.0.0.1:8090/api/v10",
    "http://127.0.0.1:8090/api/v9/",
  ])("sends Discord's addresses to apiUrl when there is one: %s", (apiUrl) => {
    expect(parseWebhookUrl(`https://ptb.discord.com/api/webhooks/${ID}/${TOKEN}`, { apiUrl })).toMatchObject({
      executeUrl: `http://127.0.0.1:8090/api/v10/webhooks/${ID}/${TOKEN}`,
    });
  });

  test.each([
    ["http://127.0.0.1:9/api", "http://127.0.0.1:9/api/v10"],
    ["http://127.0.0.1:9/api/v9", "http://127.0.0.1:9/api/v10"],
    ["https://proxy.example.org/discord/api/v10", "https://proxy.example.org/discord/api/v10"],
    ["https://discord.com.example.org/api", "https://discord.com.example.org/api/v10"],
    ["http://[::1]:9", "http://[::1]:9/v10"],
  ])("keeps any other host, also when there is an apiUrl: %s", (base, expected) => {
    expect(parseWebhookUrl(`${base}/webhooks/${ID}/${TOKEN}`, { apiUrl: "http://127.0.0.1:1/api" })).toMatchObject({
      executeUrl: `${expected}/webhooks/${ID}/${TOKEN}`,
    });
  });

  test("keeps the thread of the query", () => {
    const url = `https://discord.com/api/webhooks/${ID}/${TOKEN}?thread_id=234567890123456789&wait=1`;
    expect(parseWebhookUrl(url)).toMatchObject({ threadId: "234567890123456789", executeUrl: EXECUTE_URL });
  });

  test.each([
    ["", "not an address"],
    [`discord.com/api/webhooks/${ID}/${TOKEN}`, "not an address"],
    [`ftp://discord.com/api/webhooks/${ID}/${TOKEN}`, "scheme"],
    [`https://user:secret@example.org/api/webhooks/${ID}/${TOKEN}`, "user and password"],
    [`https://discord.com/api/webhooks/${TOKEN}`, "/webhooks/<id>/<token>"],
    [`https://discord.com/channels/${ID}/${TOKEN}`, "/webhooks/<id>/<token>"],
    [`https://discord.com/webhooks/${ID}/${TOKEN}`, "/api"],
    [`https://discord.com/api/webhooks/mine/${TOKEN}`, "id must be a number"],
    [`https://discord.com/api/webhooks/${ID}/${TOKEN}%2F`, "characters"],
    [`https://discord.com/api/webhooks/${ID}/${TOKEN}/slack`, "/slack"],
    [`https://discord.com/api/webhooks/${ID}/${TOKEN}/github?wait=true`, "/github"],
    [`https://discord.com/api/webhooks/${ID}/${TOKEN}/messages/1`, "must end with the token"],
    [`https://discord.com/api/webhooks/${ID}/${TOKEN}?thread_id=general`, "thread_id"],
  ])("says what is wrong with %s", (url, hint) => {
    const result = parseWebhookUrl(url);
    expect(result).toEqual({ kind: "invalid", message: expect.stringContaining(hint) });
    expect(JSON.stringify(result)).not.toContain(TOKEN);
  });

  test.each(["", "8090", "ftp://127.0.0.1/api", "http://user:pass@127.0.0.1/api"])(
    "says that apiUrl is no address: %s",
    (apiUrl) => {
      expect(parseWebhookUrl(`https://discord.com/api/webhooks/${ID}/${TOKEN}`, { apiUrl })).toMatchObject({
        kind: "invalid",
        message: expect.stringContaining("apiUrl"),
      });
    },
  );

  test("never throws, and what it accepts stays on one host and one path", () => {
    const base = fc.constantFrom("https://discord.com/api/v9", "http://127.0.0.1:9/api", "https://a.example/?b#c");
    const odd = fc.stringMatching(/^[\w.~%/?#@:-]{0,12}$/);
    const id = fc.oneof(fc.nat().map(String), odd);
    const token = fc.oneof(fc.stringMatching(/^[\w-]{1,68}$/), odd);
    const rest = fc.oneof(fc.constantFrom("", "/", "?thread_id=1", "?thread_id=x", "#x", "/slack"), odd);
    const counts = { webhook: 0, invalid: 0 };
    fc.assert(
      fc.property(base, id, token, rest, (...[before, ...parts]) => {
        const result = parseWebhookUrl(`${before}/webhooks/${parts[0]}/${parts[1]}${parts[2]}`);
        counts[result.kind] += 1;
        if (result.kind === "invalid") return;
        const url = new URL(result.executeUrl);
        expect(url.href).toBe(result.executeUrl);
        expect(url.pathname.endsWith(`/v10/webhooks/${result.id}/${result.token}`)).toBe(true);
        expect(url.search + url.hash).toBe("");
      }),
    );
    expect(Math.min(counts.webhook, counts.invalid)).toBeGreaterThan(5);
  });
});
