import { WebhookClient } from "discord.js";
import { describe, expect, test } from "vitest";
import { control, startEmulator } from "../support.ts";
import { createOnlooker } from "./people.ts";
import { isDiscordPyMissing, startClient } from "./start-bot.ts";

/** Id and token, from the URL of a webhook. */
function credentialsOf(url: string): { readonly id: string; readonly token: string } {
  const [id = "", token = ""] = new URL(url).pathname.split("/").slice(-2);
  return { id, token };
}

test("discord.js posts, reads, edits and deletes by a webhook, also after a 429", async () => {
  await using emulator = await startEmulator({ limits: "documented" });
  const { api_url, channels } = emulator.description;
  const effect = { kind: "rate_limit", scope: "shared", retry_after: 0.1 };
  await control(emulator, "POST", "/faults", { match: { route: "webhooks" }, effect, count: 1 });
  const webhook = new WebhookClient(credentialsOf(channels.alerts.webhook_url), { rest: { api: api_url } });
  const files = [{ attachment: Buffer.from("log"), name: "a.txt" }];
  const { id } = await webhook.send({ content: "c", username: "db1", embeds: [{ title: "disk full" }], files });
  expect((await webhook.fetchMessage(id)).embeds).toMatchObject([{ title: "disk full" }]);
  await webhook.editMessage(id, { content: "d" });
  const [seen] = await createOnlooker(emulator).messages();
  expect(seen).toMatchObject({ id, content: "d", author: { username: "db1" }, attachments: [{ filename: "a.txt" }] });
  await webhook.deleteMessage(id);
  expect(await createOnlooker(emulator).messages()).toEqual([]);
});

describe.skipIf(isDiscordPyMissing())("discord.py", () => {
  test("posts, reads, edits and deletes by a webhook, also after a 429", async () => {
    await using emulator = await startEmulator({ limits: "documented" });
    const effect = { kind: "rate_limit", scope: "user", retry_after: 0.1 };
    await control(emulator, "POST", "/faults", { match: { route: "webhooks" }, effect, count: 1 });
    await using program = await startClient(emulator, "bots/discord_py_webhook.py");
    expect(await program.exited.then(({ code }) => [code, program.output()])).toEqual([
      0,
      "edited: disk full a.txt\ngone\n",
    ]);
  });
});
