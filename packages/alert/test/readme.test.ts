import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test, vi } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "tocsin-alert-"));
afterAll(() => rmSync(folder, { recursive: true }));

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code);

/** The README's examples as modules; they are outside the package, so the package's name becomes its address. */
async function runExample(index: number): Promise<readonly unknown[]> {
  const example = (examples[index] ?? "")
    .replace('"@tocsin/alert"', JSON.stringify(new URL("../src/index.ts", import.meta.url).href))
    .replace('"@tocsin/alert/embed"', JSON.stringify(new URL("../src/embed/index.ts", import.meta.url).href));
  const file = join(folder, `example-${index}.ts`);
  writeFileSync(file, example);
  const log = vi.spyOn(console, "log").mockReturnValue();
  await import(pathToFileURL(file).href);
  const printed = log.mock.calls.flat();
  log.mockRestore();
  return printed;
}

/** What an example says that it prints: the comments after `console.log`. */
const promised = (index: number): string =>
  [...(examples[index] ?? "").matchAll(/(?:^|; )\/\/ (.*)$/gm)].map(([, text]) => text).join("\n");

test("the first example in the README does what it says", async () => {
  const [message, cutCount] = await runExample(0);
  expect(cutCount).toBe(0);
  const [embed] = JSON.parse(String(message)).embeds;
  expect(embed.fields.map((field: { name: string }) => field.name)).toEqual(["severity", "service", "env", "region"]);
});

test("the second example in the README prints what it says", async () => {
  expect((await runExample(1)).join("\n")).toBe(promised(1));
  expect(examples).toHaveLength(2);
});
