import { existsSync } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "./temporary-directory.ts";

test("is empty, its own, and gone with its contents afterwards", async () => {
  let path: string;
  {
    await using directory = await temporaryDirectory();
    await using other = await temporaryDirectory();
    expect(other.path).not.toBe(directory.path);
    path = directory.path;
    expect(await readdir(path)).toEqual([]);
    await writeFile(join(path, "file"), "x");
  }
  expect(existsSync(path)).toBe(false);
});

test("may be removed twice", async () => {
  const directory = await temporaryDirectory();
  await directory.remove();
  await directory.remove();
  expect(existsSync(directory.path)).toBe(false);
});
