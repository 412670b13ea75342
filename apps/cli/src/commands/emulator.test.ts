import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory, waitFor } from "@tocsin/testkit";
import { describe, expect, test, vi } from "vitest";
import { createFakeContext } from "../../test/fake-context.ts";
import { type RunEmulatorOptions, runEmulator } from "./emulator.ts";

const OPTIONS: RunEmulatorOptions = { port: 0, host: "127.0.0.1", dataDir: "discord", limits: "off" };

vi.setConfig({ testTimeout: 60_000 });

describe("tocsin emulator", () => {
  test("runs until it is told to stop, and takes emulator.json away again", async () => {
    await using directory = await temporaryDirectory();
    const context = createFakeContext({ cwd: directory.path });
    const running = runEmulator(context, OPTIONS);
    await Promise.race([running, waitFor(() => context.out().includes("ready"), { timeoutMs: 30_000 })]);
    const dataDir = join(directory.path, "discord");
    const description = JSON.parse(await readFile(join(dataDir, "emulator.json"), "utf8"));
    for (const part of [description.page_url, description.api_url, join(dataDir, "emulator.json")])
      expect(context.out()).toContain(part);
    expect(context.out()).not.toContain(description.bot_token);
    context.stop();
    expect(await running).toBe(0);
    expect(await readdir(dataDir)).not.toContain("emulator.json");
    await expect(fetch(description.page_url)).rejects.toThrow();
  });
});
