import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory, waitFor } from "@tocsin/testkit";
import { describe, expect, test, vi } from "vitest";
import { createFakeContext } from "../../test/fake-context.ts";
import { runProgram } from "../program.ts";
import { type DevOptions, runDev } from "./dev.ts";

const OPTIONS: DevOptions = { port: 0, emulatorPort: 0, dataDir: ".tocsin", limits: "off" };

vi.setConfig({ testTimeout: 60_000 });

describe("tocsin dev", () => {
  test("runs until it is told to stop, and takes dev.json away again", async () => {
    await using directory = await temporaryDirectory();
    const context = createFakeContext({ cwd: directory.path, env: { DISCORD_BOT_TOKEN: "a.bot.token" } });
    const running = runDev(context, OPTIONS);
    await Promise.race([running, waitFor(() => context.out().includes("ready"), { timeoutMs: 30_000 })]);
    const dev = JSON.parse(await readFile(join(directory.path, ".tocsin", "dev.json"), "utf8"));
    expect(Object.keys(dev)).toEqual(["relay", "discord"]);
    expect(context.out()).toContain(`x-api-secret: ${dev.relay.api_secret}`);
    expect(context.err()).toBe("note: DISCORD_BOT_TOKEN ignored: tocsin dev only ever talks to a local Discord\n");
    context.stop();
    expect(await running).toBe(0);
    expect(await readdir(join(directory.path, ".tocsin"))).not.toContain("dev.json");
    await expect(fetch(dev.relay.url)).rejects.toThrow();
    await expect(fetch(dev.discord.page_url)).rejects.toThrow();
  });

  test("says nothing of being ready when it is told to stop while it starts", async () => {
    await using directory = await temporaryDirectory();
    const context = createFakeContext({ cwd: directory.path });
    context.stop();
    expect(await runDev(context, OPTIONS)).toBe(0);
    expect(context.out()).toBe("");
    expect(await readdir(join(directory.path, ".tocsin"))).not.toContain("dev.json");
  });

  test("keeps a data directory that was there as it is, and leaves a new one out of git", async () => {
    await using directory = await temporaryDirectory();
    const run = async (dataDir: string) => {
      const context = createFakeContext({ cwd: directory.path });
      context.stop();
      await runDev(context, { ...OPTIONS, dataDir });
      return readdir(join(directory.path, dataDir));
    };
    expect(await run("made/here")).toContain(".gitignore");
    expect(await run(".")).not.toContain(".gitignore");
  });

  test("fails with exit code 1 when a file cannot be used", async () => {
    await using directory = await temporaryDirectory();
    const context = createFakeContext({ cwd: directory.path });
    const exitCode = await runProgram(["dev", "--port", "0", "--discord", "none.json"], context);
    expect(exitCode).toBe(1);
    expect(context.err()).toMatch(/^error: cannot read --discord .*none\.json: give the emulator\.json/);
  });
});
