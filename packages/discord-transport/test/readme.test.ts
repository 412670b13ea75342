import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { startDiscordEmulator } from "@tocsin/discord-emulator";
import { runReadmeExample } from "@tocsin/testkit";
import { expect, test } from "vitest";
import { CODES } from "../src/codes.ts";
import { ERROR_CODES } from "../src/errors.ts";

const README = readFileSync(new URL("../README.md", import.meta.url), "utf8");

test("the example posts one embed and prints its outcome", async () => {
  const emulator = await startDiscordEmulator();
  const { webhook_url: url, id } = emulator.description.channels.alerts;
  const packageDirectory = fileURLToPath(new URL("..", import.meta.url));
  const { stdout } = await runReadmeExample({ packageDirectory, env: { DISCORD_WEBHOOK_URL: url } });
  expect(stdout).toMatch(
    new RegExp(`^\\{\\s+kind: 'delivered',\\s+value: \\{\\s*channelId: '${id}',\\s+messageId: '\\d+'`),
  );
  await emulator.close();
});

test("the table of Discord's codes is the one in the source", () => {
  const rows = [...CODES].map(
    ([code, { meaning, kind, reason, fix }]) =>
      `| ${code} | ${meaning} | ${kind} \`${reason}\` |${fix === undefined ? "" : ` \`${fix}\``} |`,
  );
  const table = ["| Discord's code | meaning | outcome | fix |", "|---|---|---|---|", ...rows].join("\n");
  expect(/<!-- codes -->\n(.*)\n<!-- \/codes -->/s.exec(README)?.[1]).toBe(table);
});

test("the table of errors has every code and no other", () => {
  const documented = [...README.matchAll(/^\| `(TRANSPORT_\w+)` \|/gm)].map(([, code]) => code);
  expect(documented).toEqual([...ERROR_CODES]);
});
