import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { doorFileProblems, forbiddenThings, MAX_LINE_COUNT, sizeProblems } from "./tree.ts";
import { isTestFile, listFiles, ROOT } from "./workspace.ts";

const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");
const PLANTS = "tools/checks/tree.test.ts";

describe("the tree", () => {
  test("names no machine and no registry", () => {
    const files = listFiles("**/*").filter((file) => file !== PLANTS);
    expect(files).toContain("pnpm-lock.yaml");
    expect(files.flatMap((file) => forbiddenThings(file, read(file)))).toEqual([]);
  });

  test("has no source file that is too long to hold in mind", () => {
    const files = listFiles("{packages,apps,tools}/**/*.{ts,js,mjs}");
    expect(files.flatMap((file) => sizeProblems(file, read(file), isTestFile(file)))).toEqual([]);
  });

  test("has indexes that only name what a package offers", () => {
    const files = listFiles("{packages,apps}/*/src/**/index.ts");
    expect(files.length).toBeGreaterThan(8);
    expect(files.flatMap((file) => doorFileProblems(file, read(file)))).toEqual([]);
  });
});

describe("forbidden things", () => {
  const planted: readonly string[] = [
    'const data = "/root/checkout/data";',
    "cp /home/someone/x .",
    "open /Users/someone/x",
    "registry=https://registry.example.org/",
    "    resolution: {integrity: sha512-x, tarball: https://npm.example.org/registry/x.tgz}",
    "    tarball: https://packages.example.org/x.tgz",
  ];
  test.each(planted)("are found in: %s", (line) => {
    expect(forbiddenThings("x", `first\n${line}\n`)).toContainEqual(expect.stringMatching(/^x:2 has /));
  });

  const harmless: readonly string[] = [
    "see https://discord.com/developers/docs/home/x and ./work/x",
    "GET /api/webhooks/:id/:token",
    "an npm registry is asked by name",
    "see https://docs.npmjs.com/cli/using-npm/scripts",
  ];
  test.each(harmless)("are not found in: %s", (line) => {
    expect(forbiddenThings("x", line)).toEqual([]);
  });
});

test("a file over the limit is found, and a test may be longer", () => {
  const text = "x\n".repeat(MAX_LINE_COUNT + 1);
  expect(sizeProblems("x.ts", text, false)).toHaveLength(1);
  expect(sizeProblems("x.test.ts", text, true)).toEqual([]);
});

test("an index with a star or with logic is found", () => {
  expect(doorFileProblems("x", 'export * from "./a.ts";\n')).toHaveLength(1);
  expect(doorFileProblems("x", "export const a = 1;\n")).toHaveLength(1);
  expect(doorFileProblems("x", 'export { a } from "./a.ts";\nexport type { B } from "./b.ts";\n')).toEqual([]);
});
