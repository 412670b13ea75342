import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { temporaryDirectory } from "@tocsin/testkit";
import { describe, expect, test } from "vitest";
import { connectDiscord } from "./open-discord.ts";

async function fakeDiscord(status: number, state = "{}") {
  const server = createServer((request, response) => {
    if (request.url === "/_control/state") {
      response.end(state);
      return;
    }
    response.writeHead(request.headers.authorization === "Bot the.bot.token" ? status : 401).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const channel = { id: "1", webhook_url: `${url}/api/webhooks/1/t` };
  return {
    url,
    description: {
      api_url: `${url}/api`,
      control_url: `${url}/_control`,
      page_url: `${url}/`,
      bot_token: "the.bot.token",
      guild_id: "2",
      channels: { alerts: channel, critical: channel, forum: channel },
      later: "kept",
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function connect(text: string) {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, "emulator.json");
  await writeFile(file, text);
  return await connectDiscord(file);
}

describe("connectDiscord", () => {
  test("takes the description as it is, and leaves the emulator alone", async () => {
    await using discord = await fakeDiscord(200);
    const opened = await connect(JSON.stringify(discord.description));
    expect(opened.description).toEqual(discord.description);
    await opened.close();
    expect((await fetch(discord.url)).status).toBe(401);
  });

  test.each([
    ["off", '{"limits":"off"}'],
    ["strict", '{"limits":"strict"}'],
    ["documented", '{"limits":"of another kind"}'],
    ["documented", "no JSON"],
  ])("asks which limits it has: %s", async (limits, state) => {
    await using discord = await fakeDiscord(200, state);
    const opened = await connect(JSON.stringify(discord.description));
    expect(opened.limits).toBe(limits);
  });

  test("says that nothing answers there any more", async () => {
    const discord = await fakeDiscord(200);
    await discord[Symbol.asyncDispose]();
    await expect(connect(JSON.stringify(discord.description))).rejects.toMatchObject({
      code: "CLI_NOT_ANSWERING",
      message: expect.stringContaining(`${discord.url} does not answer`),
    });
  });

  test("says that something else answers there", async () => {
    await using discord = await fakeDiscord(404);
    await expect(connect(JSON.stringify(discord.description))).rejects.toMatchObject({
      code: "CLI_NOT_ANSWERING",
      message: expect.stringContaining("answered 404"),
    });
  });

  test.each([["{"], ["null"], ["[]"], ['{"api_url":"http://127.0.0.1:1/api"}']])(
    "refuses a file with %s",
    async (text) => {
      await expect(connect(text)).rejects.toMatchObject({ code: "CLI_EMULATOR_FILE_INVALID" });
    },
  );

  test.each([
    ["a webhook", { id: "1" }],
    ["an id", { webhook_url: "http://127.0.0.1:1/api/webhooks/1/t" }],
  ])("refuses a file without %s for each channel, and repeats none of its secrets", async (_name, forum) => {
    await using discord = await fakeDiscord(200);
    const channels = { ...discord.description.channels, forum };
    const error = await connect(JSON.stringify({ ...discord.description, channels })).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: "CLI_EMULATOR_FILE_INVALID" });
    expect(String(error)).not.toContain("the.bot.token");
  });

  test("names a file that is not there", async () => {
    await expect(connectDiscord("/nowhere/emulator.json")).rejects.toMatchObject({
      code: "CLI_EMULATOR_FILE_INVALID",
      message: expect.stringContaining("/nowhere/emulator.json"),
    });
  });
});
