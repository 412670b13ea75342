import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test, vi } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "tocsin-api-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The README's example as a module; it is outside the package, so the package's name becomes its address. */
function writeExample(): string {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? "";
  const file = join(folder, "example.ts");
  writeFileSync(file, example.replace('"@tocsin/api"', JSON.stringify(new URL("./index.ts", import.meta.url).href)));
  return pathToFileURL(file).href;
}

test("the example in the README does what it says", async () => {
  const log = vi.spyOn(console, "log").mockReturnValue();
  await import(writeExample());
  const lines = log.mock.calls;
  log.mockRestore();
  expect(lines).toEqual([["checkout error rate elevated"]]);
});
