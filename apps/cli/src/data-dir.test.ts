import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@tocsin/testkit";
import { expect, test } from "vitest";
import { makeDataDir } from "./data-dir.ts";

test("makes a directory for its owner alone, and says whether it is new", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "a", "b");
  expect(await makeDataDir(path)).toBe(true);
  expect((await stat(path)).mode & 0o777).toBe(0o700);
  expect(await makeDataDir(path)).toBe(false);
});

test.each(["file", "file/below"])("says of %s that it is no directory", async (name) => {
  await using directory = await temporaryDirectory();
  await writeFile(join(directory.path, "file"), "");
  const path = join(directory.path, name);
  await expect(makeDataDir(path)).rejects.toMatchObject({
    code: "CLI_DATA_DIR_UNUSABLE",
    message: `cannot use --data-dir ${path}: it is no directory, or lies in none`,
  });
});
