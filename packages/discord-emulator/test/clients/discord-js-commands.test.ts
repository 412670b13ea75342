import type { StartedProcess } from "@tocsin/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DiscordEmulator, startDiscordEmulator } from "../../src/index.ts";
import { type Answered, control, send } from "../support.ts";
import { createOnlooker } from "./people.ts";
import { startClient } from "./start-bot.ts";

describe("commands of discord.js", () => {
  let emulator: DiscordEmulator;
  let bot: StartedProcess;
  beforeAll(async () => {
    emulator = await startDiscordEmulator();
    bot = await startClient(emulator, "bots/discord-js-commands.ts");
    await bot.ready;
  });
  afterAll(async () => {
    await bot?.[Symbol.asyncDispose]();
    await emulator?.close();
  });

  /** Does something in the channel `alerts` as alice. */
  const asAlice = (path: string, body: object): Promise<Answered["json"]> => {
    const { channels, users } = emulator.description;
    return control(emulator, "POST", path, { channel_id: channels.alerts.id, user_id: users.alice.id, ...body });
  };

  test("a registered command is offered to people", async () => {
    const { control_url, channels, users, application_id } = emulator.description;
    const url = `${control_url}/commands?channel_id=${channels.alerts.id}&user_id=${users.alice.id}`;
    const { json } = await send("GET", url);
    expect(json).toMatchObject([
      { name: "page", options: [{ name: "service", autocomplete: true }], application: { id: application_id } },
    ]);
  });

  test("an option completes itself", async () => {
    const options = [{ name: "service", type: 3, value: "b", focused: true }];
    expect(await asAlice("/autocompletes", { name: "page", options })).toMatchObject({
      choices: [
        { name: "the billing", value: "billing" },
        { name: "the blog", value: "blog" },
      ],
    });
  });

  test("a command opens a modal, and what is written there is answered to its writer alone", async () => {
    const ran = await asAlice("/commands?wait=true", { name: "page", options: { service: "blog" } });
    expect(ran).toMatchObject({
      status: "answered",
      response: { type: 9, modal: { custom_id: "why blog", title: "Page" } },
    });
    const { users, channels, control_url } = emulator.description;
    const submitted = await control(emulator, "POST", "/modals?wait=true", {
      interaction_id: ran.id,
      user_id: users.alice.id,
      fields: { reason: "no answers" },
    });
    expect(submitted).toMatchObject({ status: "answered", response: { type: 4, ephemeral: true } });
    const seen = await createOnlooker(emulator).see(({ content }) => content === "paged for blog: no answers");
    expect(seen.id).toBe(submitted.response.message_id);
    const { json } = await send(
      "GET",
      `${control_url}/channels/${channels.alerts.id}/messages?user_id=${users.bob.id}`,
    );
    expect(json).toEqual([]);
  });
});
