import { existsSync } from "node:fs";
import { skipUnless, temporaryDirectory } from "@tocsin/testkit";
import { chromium } from "playwright-core";
import { expect, test, vi } from "vitest";
import { readDevDescription, runTocsin, startDev } from "./dev-process.ts";

vi.setConfig({ testTimeout: 60_000 });

const CHROMIUM = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
/** Nothing that reaches out of this machine. */
const ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];

test.skipIf(skipUnless(existsSync(CHROMIUM), "Chromium"))(
  "the page of tocsin dev shows what tocsin send sent",
  async () => {
    await using directory = await temporaryDirectory();
    await using dev = startDev(directory.path);
    await dev.ready;
    const { discord } = await readDevDescription(directory.path);
    const sent = await runTocsin(directory.path, ["send", "Shown on the page", "-c", "host=db1", "--wait"]);
    expect(sent).toMatchObject({ exitCode: 0, err: "" });
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
    try {
      const page = await browser.newPage();
      await page.goto(`${discord.page_url}#/channels/${discord.channels.alerts.id}`);
      await page.getByText("Shown on the page").first().waitFor({ timeout: 20_000 });
      expect(await page.getByText("Shown on the page").count()).toBe(1);
      expect(await page.getByText("db1").count()).toBe(1);
    } finally {
      await browser.close();
    }
    await dev.kill();
  },
);
