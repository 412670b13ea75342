import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readImportGraph } from "./imports.ts";

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "tocsin-imports-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "src"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, "src", name), text);
  return folder;
}

test("finds a cycle through imports written with .ts", async () => {
  const folder = folderWith({
    "a.ts": 'import { b } from "./b.ts";\nexport const a: number = b;\n',
    "b.ts": 'export { c as b } from "./c.ts";\n',
    "c.ts": 'import { a } from "./a.ts";\nexport const c: number = a;\n',
  });
  const { cycles } = await readImportGraph(folder);
  expect(cycles.map((cycle) => [...cycle].sort())).toEqual([["src/a.ts", "src/b.ts", "src/c.ts"]]);
});

test("finds a cycle that only types make", async () => {
  const folder = folderWith({
    "a.ts": 'import type { B } from "./b.ts";\nexport interface A { readonly b?: B }\n',
    "b.ts": 'import type { A } from "./a.ts";\nexport interface B { readonly a?: A }\n',
  });
  expect((await readImportGraph(folder)).cycles).toHaveLength(1);
});

test("lists what each file imports, also lazily", async () => {
  const folder = folderWith({
    "a.ts": 'import { b } from "./b.ts";\nexport const a = async () => [b, await import("@tocsin/errors")];\n',
    "b.ts": "export const b = 1;\n",
  });
  const { imports, cycles } = await readImportGraph(folder);
  expect(imports).toContainEqual({ file: "src/a.ts", specifier: "./b.ts" });
  expect(imports).toContainEqual({ file: "src/a.ts", specifier: "@tocsin/errors" });
  expect(cycles).toEqual([]);
});
