import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { openOrganization } from "./open-organization.ts";

const TOKEN = "t".repeat(68);

test("sends what is meant for Discord's hosts to the local Discord", async () => {
  const paths: unknown[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url);
    response.writeHead(200, { "content-type": "application/json" });
    response.end('{"id":"100000000000000001","channel_id":"100000000000000002"}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const organization = openOrganization(
    {
      destinations: {
        a: {
          kind: "discord",
          webhookUrl: `https://discord.com/api/webhooks/100000000000000003/${TOKEN}`,
          username: "Tocsin",
          forum: true,
        },
      },
      routes: [{ match: { topic: ["x"] }, destinations: ["a"] }],
    },
    `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
  );
  const { destinations, routes } = organization.config;
  expect(destinations.a).toMatchObject({ username: "Tocsin", forum: true });
  expect(routes).toEqual([{ match: { topic: ["x"] }, destinations: ["a"] }]);
  const sent = await destinations.a?.transport.execute({ kind: "send", message: { content: "x" } }, { nonce: "n" });
  expect(sent).toMatchObject({ kind: "delivered", value: { messageId: "100000000000000001" } });
  expect(paths).toEqual([`/api/v10/webhooks/100000000000000003/${TOKEN}?wait=true`]);
  await organization.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
