import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@tocsin/testkit";
import { expect, test } from "vitest";
import { writePrivateJson } from "./private-file.ts";

test("replaces a file whole, readable by its owner alone, and leaves nothing beside it", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "x.json");
  await writeFile(path, "a much longer text than the new one", { mode: 0o644 });
  await writePrivateJson(path, { a: 1 });
  expect(JSON.parse(await readFile(path, "utf8"))).toEqual({ a: 1 });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(directory.path)).toEqual(["x.json"]);
});

test("leaves nothing behind when it cannot write", async () => {
  await using directory = await temporaryDirectory();
  await expect(writePrivateJson(join(directory.path, "missing", "x.json"), {})).rejects.toMatchObject({
    code: "ENOENT",
  });
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  await expect(writePrivateJson(join(directory.path, "x.json"), cyclic)).rejects.toThrow(TypeError);
  expect(await readdir(directory.path)).toEqual([]);
});
