import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test, vi } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "tocsin-alert-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The README's example as a module; it is outside the package, so the package's name becomes its address. */
function writeExample(): string {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const example = (/```ts\n(.*?)```/s.exec(readme)?.[1] ?? "")
    .replace('"@tocsin/alert"', JSON.stringify(new URL("../src/index.ts", import.meta.url).href))
    .replace('"@tocsin/alert/embed"', JSON.stringify(new URL("../src/embed/index.ts", import.meta.url).href));
  const file = join(folder, "example.ts");
  writeFileSync(file, example);
  return pathToFileURL(file).href;
}

test("the example in the README does what it says", async () => {
  const log = vi.spyOn(console, "log").mockReturnValue();
  await import(writeExample());
  const [message, cutCount] = log.mock.calls[0] ?? [];
  log.mockRestore();
  expect(cutCount).toBe(0);
  const [embed] = JSON.parse(String(message)).embeds;
  expect(embed.fields.map((field: { name: string }) => field.name)).toEqual(["severity", "service", "env", "region"]);
});
