import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runReadmeExample } from "@tocsin/testkit";
import { expect, test } from "vitest";

const packageDirectory = join(import.meta.dirname, "..");
const readme = readFileSync(join(packageDirectory, "README.md"), "utf8");
const source = readdirSync(join(packageDirectory, "src"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
  .map((path) => readFileSync(join(packageDirectory, "src", path), "utf8"))
  .join("\n");

test("the example prints what it says", async () => {
  expect((await runReadmeExample({ packageDirectory })).stdout).toBe("200 disk full 4\n");
});

test("lists exactly the error codes that are thrown", () => {
  const thrown = new Set([...source.matchAll(/code: "(EMULATOR_[A-Z_]+)"/g)].map((match) => match[1]));
  const listed = new Set([...readme.matchAll(/^\| `(EMULATOR_[A-Z_]+)`/gm)].map((match) => match[1]));
  expect(listed).toEqual(thrown);
});
