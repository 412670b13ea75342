import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DiscordEmulator, startDiscordEmulator } from "../src/index.ts";
import { asBot, postMessage, send } from "./support.ts";

// Discord's own description of its API (github.com/discord/discord-api-spec, specs/openapi.json). It is not part of this
// repository: DISCORD_OPENAPI names a copy, or one lies beside the checkout.
const file = process.env.DISCORD_OPENAPI ?? resolve(import.meta.dirname, "../../../../shared/discord/openapi.json");
const isMissing = !existsSync(file);
if (isMissing) console.warn("skipped: DISCORD_OPENAPI names no copy of Discord's openapi.json");

describe.skipIf(isMissing)("answers fit Discord's OpenAPI document:", () => {
  let emulator: DiscordEmulator;
  let expectShape: (schema: string | object, value: unknown) => void;

  beforeAll(async () => {
    emulator = await startDiscordEmulator({ limits: "off" });
    const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
    ajv.addSchema({ ...JSON.parse(readFileSync(file, "utf8")), $id: "discord" });
    expectShape = (schema, value) => {
      const target = typeof schema === "string" ? { $ref: `discord#/components/schemas/${schema}` } : schema;
      const validate = ajv.compile(target);
      validate(value);
      expect(validate.errors ?? []).toEqual([]);
    };
  });
  afterAll(() => emulator.close());

  const list = (schema: string) => ({
    type: "array",
    minItems: 1,
    items: { $ref: `discord#/components/schemas/${schema}` },
  });
  const get = async (path: string) => (await asBot(emulator, "GET", path)).json;

  test("messages of every kind", async () => {
    const { alerts, forum } = emulator.description.channels;
    const message = await postMessage(alerts.webhook_url, {
      content: `<@${emulator.description.users.alice.id}>`,
      embeds: [
        {
          title: "t",
          url: "https://example.org",
          color: 1,
          timestamp: "2026-01-01T00:00:00Z",
          footer: { text: "f" },
          author: { name: "a" },
          image: { url: "https://example.org/i.png" },
          fields: [{ name: "n", value: "v" }],
        },
      ],
      flags: 4,
    });
    expectShape("MessageResponse", message);
    expectShape("MessageResponse", await postMessage(forum.webhook_url, { content: "c", thread_name: "t" }));
    const path = `/channels/${alerts.id}/messages`;
    await asBot(emulator, "PUT", `${path}/${message.id}/reactions/✅/@me`);
    await asBot(emulator, "POST", `${path}/${message.id}/threads`, { name: "t" });
    await asBot(emulator, "POST", path, {
      content: "reply",
      message_reference: { message_id: message.id },
      nonce: "n",
    });
    const components = [{ type: 1, components: [{ type: 2, style: 1, label: "OK", custom_id: "ok" }] }];
    expectShape("MessageResponse", (await asBot(emulator, "POST", path, { content: "c", components })).json);
    const body = new FormData();
    body.set("files[0]", new Blob(["hello"]), "a.txt");
    expectShape("MessageResponse", (await send("POST", `${alerts.webhook_url}?wait=1`, body)).json);
    expectShape(list("MessageResponse"), await get(path));
    expectShape(list("UserResponse"), await get(`${path}/${message.id}/reactions/✅`));
    await asBot(emulator, "PUT", `/channels/${alerts.id}/messages/pins/${message.id}`);
    expectShape("PinnedMessagesResponse", await get(`/channels/${alerts.id}/messages/pins`));
  });

  test("channels, threads and webhooks", async () => {
    const { alerts, forum } = emulator.description.channels;
    expectShape(list("GuildChannelResponse"), await get(`/guilds/${emulator.description.guild_id}/channels`));
    const post = (
      await asBot(emulator, "POST", `/channels/${forum.id}/threads`, { name: "t", message: { content: "c" } })
    ).json;
    expectShape("CreatedThreadResponse", post);
    expectShape("ThreadResponse", await get(`/channels/${post.id}`));
    expectShape("ThreadsResponse", await get(`/guilds/${emulator.description.guild_id}/threads/active`));
    expectShape("GuildIncomingWebhookResponse", (await send("GET", alerts.webhook_url)).json);
    expectShape(list("GuildIncomingWebhookResponse"), await get(`/channels/${alerts.id}/webhooks`));
  });

  test("the guild, the bot and its application", async () => {
    expectShape("GuildWithCountsResponse", await get(`/guilds/${emulator.description.guild_id}?with_counts=true`));
    expectShape("UserPIIResponse", await get("/users/@me"));
    expectShape("PrivateApplicationResponse", await get("/applications/@me"));
    expectShape(list("MyGuildResponse"), await get("/users/@me/guilds"));
    expectShape("GatewayBotResponse", await get("/gateway/bot"));
    expectShape(list("GuildRoleResponse"), await get(`/guilds/${emulator.description.guild_id}/roles`));
  });

  // Its schema of error trees wants numbers as codes; Discord's documentation, which wins, and the live service have words.
  test("errors without a tree", async () => {
    const { webhook_url } = emulator.description.channels.alerts;
    expectShape("Error", (await send("POST", webhook_url, {})).json);
  });
});
