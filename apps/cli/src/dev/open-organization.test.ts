import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createDiscordLimiter } from "@tocsin/rate-limiter";
import { createMemoryLimitDriver } from "@tocsin/rate-limiter/drivers/memory";
import { expect, test } from "vitest";
import { openOrganization } from "./open-organization.ts";

const TOKEN = "t".repeat(68);

/** Takes every message, and remembers the paths. */
async function fakeDiscord() {
  const paths: unknown[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url);
    response.writeHead(200, { "content-type": "application/json" });
    response.end('{"id":"100000000000000001","channel_id":"100000000000000002"}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    paths,
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const webhook = (id: string) =>
  ({ kind: "discord", webhookUrl: `https://discord.com/api/webhooks/${id}/${TOKEN}`, forum: false }) as const;

test("sends what is meant for Discord's hosts to the local Discord", async () => {
  await using discord = await fakeDiscord();
  const limiter = createDiscordLimiter({ driver: createMemoryLimitDriver() });
  const organization = openOrganization(
    {
      destinations: { a: { ...webhook("100000000000000003"), username: "Tocsin", forum: true } },
      routes: [{ match: { topic: ["x"] }, destinations: ["a"] }],
    },
    { apiUrl: discord.apiUrl, limiter },
  );
  const { destinations, routes } = organization.config;
  expect(destinations.a).toMatchObject({ username: "Tocsin", forum: true });
  expect(routes).toEqual([{ match: { topic: ["x"] }, destinations: ["a"] }]);
  const sent = await destinations.a?.transport.execute({ kind: "send", message: { content: "x" } }, { nonce: "n" });
  expect(sent).toMatchObject({ kind: "delivered", value: { messageId: "100000000000000001" } });
  expect(discord.paths).toEqual([`/api/v10/webhooks/100000000000000003/${TOKEN}?wait=true`]);
  await organization.close();
  await limiter.close();
});

test("lets all destinations ask the same limiter", async () => {
  await using discord = await fakeDiscord();
  const driver = createMemoryLimitDriver();
  const asked: string[] = [];
  const limiter = createDiscordLimiter({
    driver: {
      ...driver,
      take: (request) => {
        asked.push(request.route.major.split("/")[1] ?? "");
        return driver.take(request);
      },
    },
  });
  const organization = openOrganization(
    { destinations: { a: webhook("100000000000000003"), b: webhook("100000000000000004") }, routes: [] },
    { apiUrl: discord.apiUrl, limiter },
  );
  for (const { transport } of Object.values(organization.config.destinations)) {
    const sent = await transport.execute({ kind: "send", message: { content: "x" } }, { nonce: "n" });
    expect(sent).toMatchObject({ kind: "delivered" });
  }
  expect(asked).toEqual(["100000000000000003", "100000000000000004"]);
  await organization.close();
  await limiter.close();
});
