import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryDirectory, waitFor } from "@tocsin/testkit";
import { expect, test, vi } from "vitest";
import { CODES } from "../src/errors.ts";
import { ExitCode } from "../src/exit-code.ts";
import { packageVersion } from "../src/package-version.ts";
import { runProgram } from "../src/program.ts";
import { listMessages, readDevDescription, runToEnd, startDev, TOCSIN } from "./dev-process.ts";
import { createFakeContext } from "./fake-context.ts";

vi.setConfig({ testTimeout: 60_000 });

const PACKAGE = fileURLToPath(new URL("..", import.meta.url));
const readme = await readFile(join(PACKAGE, "README.md"), "utf8");

/** The text of the block that opens with the line ```` ```<opening> ````. */
function blockOf(opening: string): string {
  const [, block] = readme.split(`\n\`\`\`${opening}\n`);
  if (block === undefined) throw new Error(`README.md has no block ${opening}`);
  return block.slice(0, block.indexOf("\n```"));
}

test("the example commands work beside tocsin dev", async () => {
  await using directory = await temporaryDirectory();
  await using dev = startDev(directory.path);
  await dev.ready;
  const script = `set -euo pipefail\ntocsin() { "${process.execPath}" "${TOCSIN}" "$@"; }\n${blockOf("sh example")}`;
  const ended = await runToEnd("bash", ["-c", script], directory.path);
  expect(ended).toMatchObject({ exitCode: 0, err: "" });
  expect(ended.out).toMatch(/^alt_\w+ created\nalt_\w+ created\n {2}critical {2}delivered .+\nalt_\w+ updated\n\{\n/);

  // The resolving call names no severity: it changes the message that is there, and puts no second one anywhere.
  const description = await readDevDescription(directory.path);
  const { alerts, critical } = description.discord.channels;
  const shown = await waitFor(async () => {
    const messages = await listMessages(description, critical.id);
    return JSON.stringify(messages).includes("esolved") && messages;
  });
  expect(shown).toHaveLength(1);
  expect(shown[0]?.embeds[0]?.title).toContain("Checkout is down");
  expect(JSON.stringify(shown)).toContain('"name":"severity","value":"critical"');
  const others = await listMessages(description, alerts.id);
  expect(others.map(({ embeds }) => embeds[0]?.title)).toEqual([expect.stringContaining("Disk almost full")]);
  await dev.kill();
});

test("config check says of the example file, and of a mistake in it, what stands there", async () => {
  await using directory = await temporaryDirectory();
  const cwd = directory.path;
  await mkdir(join(cwd, "secrets"));
  await writeFile(join(cwd, "secrets", "alerts"), "https://discord.com/api/webhooks/123456789012345678/token\n");
  const check = async (text: string) => {
    await writeFile(join(cwd, "tocsin.yaml"), text);
    const context = createFakeContext({ cwd, env: { DISCORD_BOT_TOKEN: "a.bot.token" } });
    const exitCode = await runProgram(["config", "check"], context);
    return { exitCode, out: context.out(), err: context.err() };
  };
  const example = blockOf("yaml example");
  expect(await check(example)).toEqual({ exitCode: 0, out: `${blockOf("text example")}\n`, err: "" });
  expect(await check(example.replace('"323456789012345678"', "323456789012345678"))).toEqual({
    exitCode: 2,
    out: "",
    err: `${blockOf("text example mistake")}\n`,
  });
});

test("the example program works", async () => {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, "example.mjs");
  const entry = new URL("../src/index.ts", import.meta.url).href;
  await writeFile(file, blockOf("ts example").replace('"@tocsin/cli"', JSON.stringify(entry)));
  const ended = await runToEnd(process.execPath, ["--conditions=@tocsin/source", file], directory.path);
  expect(ended).toEqual({ exitCode: 0, out: `${packageVersion()}\n`, err: "" });
});

test("the tables list exactly the codes that exist", () => {
  const tableAfter = (heading: string): string[] => {
    const section = readme.slice(readme.indexOf(`\n## ${heading}\n`) + 1).split("\n## ")[0] ?? "";
    return [...section.matchAll(/^\| `?([A-Z_]+|\d+)`? \|/gm)].map(([, code = ""]) => code);
  };
  expect(tableAfter("Exit codes")).toEqual(Object.values(ExitCode).map(String));
  expect(tableAfter("Errors")).toEqual([...CODES]);
});
