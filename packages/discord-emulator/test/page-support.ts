import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { build } from "vite";

const packageRoot = fileURLToPath(new URL("..", import.meta.url));
const chromiumPath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const hasChromium = existsSync(chromiumPath);

/** Whether tests in a browser run: always in CI, elsewhere where there is one. */
export const canBrowse = hasChromium || process.env.CI === "true";
if (!hasChromium && process.env.CI !== "true")
  console.warn(`Skipped: the tests of the emulator's page need Chromium at ${chromiumPath} (or CHROMIUM_PATH)`);

/** What a test grants the page, so that a busy machine fails nothing. */
export const SOON_MS = 5_000;

/** What a step of a test may take at most: it fails by itself, and says where, before the whole test does. */
const STEP_MS = 10_000;

/** Starts the browser, with the page built from the sources as they are. */
export async function launchBrowser(): Promise<Browser> {
  await buildPage();
  const quiet = [
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
  return chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox", "--disable-gpu", ...quiet] });
}

/** A browser page that remembers what it asked for and what it complained about. */
export interface WatchedPage {
  readonly page: Page;
  readonly requestedUrls: readonly string[];
  readonly complaints: readonly string[];
}

export async function watchPage(browser: Browser, viewport = { width: 1280, height: 800 }): Promise<WatchedPage> {
  const page = await browser.newPage({ viewport });
  page.setDefaultTimeout(STEP_MS);
  const requestedUrls: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => requestedUrls.push(request.url()));
  page.on("console", (line) => {
    if (line.type() === "error") complaints.push(line.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  return { page, requestedUrls, complaints };
}

/** Test files run beside each other and share the built page: one builds it while the others wait. */
async function buildPage(): Promise<void> {
  const place = createHash("sha256").update(packageRoot).digest("hex").slice(0, 16);
  const lock = new DatabaseSync(join(tmpdir(), `emulator-page-${place}.lock`));
  lock.exec("PRAGMA busy_timeout = 50000");
  lock.exec("BEGIN EXCLUSIVE");
  try {
    if (await isPageStale()) await build({ configFile: join(packageRoot, "vite.config.ts") });
  } finally {
    lock.close();
  }
}

async function isPageStale(): Promise<boolean> {
  const built = await stat(join(packageRoot, "dist/page/index.html")).catch(() => null);
  if (built === null) return true;
  const names = await readdir(join(packageRoot, "page"), { recursive: true });
  const sources = [join(packageRoot, "vite.config.ts"), ...names.map((name) => join(packageRoot, "page", name))];
  const changedAt = await Promise.all(sources.map(async (path) => (await stat(path)).mtimeMs));
  return Math.max(...changedAt) > built.mtimeMs;
}
