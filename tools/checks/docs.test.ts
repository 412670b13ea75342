import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { codeProblems } from "./docs.ts";
import { isTestFile, listFiles, ROOT, readWorkspace } from "./workspace.ts";

/** Runs remark's link check over `files` in `folder`; the text says which link is broken. */
function checkLinks(folder: string, files: readonly string[]): { readonly ok: boolean; readonly text: string } {
  const remark = join(ROOT, "node_modules", ".bin", "remark");
  const plugin = `${join(ROOT, "node_modules", "remark-validate-links", "index.js")}=repository:false`;
  const result = spawnSync(
    remark,
    [...files, "--no-config", "--no-color", "--frail", "--quiet", "--no-stdout", "--use", plugin],
    {
      cwd: folder,
      encoding: "utf8",
    },
  );
  return { ok: result.status === 0, text: `${result.stderr}${result.error?.message ?? ""}` };
}

describe("links", () => {
  test("in every Markdown file lead to a file and a heading that exist", () => {
    const files = listFiles("**/*.md").filter((file) => !file.endsWith("CHANGELOG.md"));
    expect(files).toContain("CONTRIBUTING.md");
    expect(checkLinks(ROOT, files)).toEqual({ ok: true, text: "" });
  });

  test("to a missing file or heading are found", () => {
    const folder = mkdtempSync(join(tmpdir(), "tocsin-links-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    execFileSync("git", ["init", "--quiet"], { cwd: folder });
    writeFileSync(join(folder, "a.md"), "# A\n\n[b](./gone.md) [c](#no-such-heading) [d](#a)\n");
    const { ok, text } = checkLinks(folder, ["a.md"]);
    expect(ok).toBe(false);
    expect(text).toContain("gone.md");
    expect(text).toContain("no-such-heading");
    expect(text).toContain("2 warnings");
  });
});

describe("error codes", () => {
  test.each(readWorkspace().map((pkg) => pkg.folder))("of %s are in its README, and no others", (folder) => {
    const name = folder.slice(folder.indexOf("/") + 1);
    const path = join(ROOT, folder);
    const source = listFiles("src/**/*.ts", path)
      .filter((file) => !isTestFile(file))
      .map((file) => readFileSync(join(path, file), "utf8"))
      .join("\n");
    const readme = join(path, "README.md");
    expect(existsSync(readme), `${folder}/README.md exists`).toBe(true);
    expect(codeProblems(name, source, readFileSync(readme, "utf8"))).toEqual([]);
  });

  const source = `throw new TocsinError("x", { code: full ? "STORE_FULL" : "STORE_LOCKED", cause });`;
  const table = (...codes: string[]) =>
    ["| code | when |", "|---|---|", ...codes.map((c) => `| \`${c}\` | x |`)].join("\n");

  test("agree when both name the same", () => {
    expect(codeProblems("store", source, table("STORE_FULL", "STORE_LOCKED"))).toEqual([]);
  });

  test("that only the source knows are found", () => {
    expect(codeProblems("store", source, table("STORE_FULL"))).toHaveLength(1);
  });

  test("that only the README knows are found", () => {
    expect(codeProblems("store", source, table("STORE_FULL", "STORE_LOCKED", "STORE_GONE"))).toHaveLength(1);
  });

  test("in other tables and in prose do not count as documented", () => {
    const readme = "`STORE_FULL`\n\n| variable | what |\n|---|---|\n| `STORE_LOCKED` | x |\n";
    expect(codeProblems("store", source, readme)).toHaveLength(2);
  });

  test("of somebody else's protocol need no row, unless they are thrown", () => {
    expect(codeProblems("store", 'const answer = { code: "BASE_TYPE_REQUIRED" };', "")).toEqual([]);
    expect(codeProblems("store", 'throw new TocsinError("x", { code: "LOCKED_FILE" });', "")).toHaveLength(1);
  });
});
