import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { runReadmeExample } from "@tocsin/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DiscordEmulator, startDiscordEmulator } from "../src/index.ts";
import { isDiscordPyMissing, PYTHON } from "./clients/start-bot.ts";

const packageDirectory = join(import.meta.dirname, "..");
const run = promisify(execFile);

let emulator: DiscordEmulator;
let env: Record<string, string>;
beforeAll(async () => {
  // Off: one bot may log in every five seconds, and each of these is the same bot.
  emulator = await startDiscordEmulator({ limits: "off" });
  const { api_url, bot_token, channels } = emulator.description;
  env = { DISCORD_API_URL: api_url, DISCORD_BOT_TOKEN: bot_token, DISCORD_CHANNEL_ID: channels.alerts.id };
});
afterAll(() => emulator.close());

/** The README's blocks of a language. */
async function blocksOf(language: string): Promise<string[]> {
  const readme = await readFile(join(packageDirectory, "README.md"), "utf8");
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(
    ([, code = ""]) => code,
  );
}

describe.concurrent("the recipe works for", () => {
  test.each(["discord.js", "@discordjs/core", "oceanic.js", "cloudstorm"])("%s", async (library) => {
    const index = (await blocksOf("ts")).findIndex((code) => code.includes(`from "${library}"`));
    expect((await runReadmeExample({ packageDirectory, index, env })).stdout).toBe("disk full\n");
  });

  test.skipIf(isDiscordPyMissing())("discord.py", async () => {
    const [code = ""] = await blocksOf("python");
    const { stdout } = await run(PYTHON, ["-c", code], { env: { ...process.env, ...env }, timeout: 20_000 });
    expect(stdout).toBe("disk full\n");
  });
});

test("the example for Vitest passes", async () => {
  const code = (await blocksOf("ts")).find((block) => block.includes("@tocsin/discord-emulator/vitest")) ?? "";
  const directory = await mkdtemp(join(packageDirectory, ".readme-"));
  try {
    await writeFile(join(directory, "example.spec.ts"), code);
    const conditions = JSON.stringify(["@tocsin/source", "module", "node"]);
    await writeFile(
      join(directory, "vitest.config.ts"),
      `export default { ssr: { resolve: { conditions: ${conditions} } } };`,
    );
    const vitest = resolve(packageDirectory, "../../node_modules/vitest/vitest.mjs");
    const args = [vitest, "run", "--root", directory];
    const { stdout } = await run(process.execPath, args, {
      cwd: directory,
      timeout: 20_000,
      env: { ...process.env, NO_COLOR: "1" },
    });
    expect(stdout).toMatch(/Tests +1 passed \(1\)/);
  } finally {
    await rm(directory, { recursive: true });
  }
});
