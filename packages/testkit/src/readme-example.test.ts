import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runReadmeExample } from "./readme-example.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const README = [
  "# a",
  "```sh",
  "exit 1",
  "```",
  "```ts",
  "const first: number = 1;",
  "console.log(first, process.env.EXAMPLE);",
  "```",
  "text",
  "```ts",
  'throw new Error("second");',
  "```",
  "",
].join("\n");

test("runs the block of a README and leaves nothing behind", async () => {
  await using directory = await temporaryDirectory();
  await writeFile(join(directory.path, "README.md"), README);
  const packageDirectory = directory.path;
  const env = { EXAMPLE: "from the test" };
  expect((await runReadmeExample({ packageDirectory, env })).stdout).toBe("1 from the test\n");
  const adapt = (code: string): string => code.replace("first, ", "first + 1, ");
  expect((await runReadmeExample({ packageDirectory, env, adapt })).stdout).toBe("2 from the test\n");
  expect(await readdir(packageDirectory)).toEqual(["README.md"]);
});

test("rejects when the block fails or is not there", async () => {
  await using directory = await temporaryDirectory();
  await writeFile(join(directory.path, "README.md"), README);
  const packageDirectory = directory.path;
  await expect(runReadmeExample({ packageDirectory, index: 1 })).rejects.toThrow("second");
  await expect(runReadmeExample({ packageDirectory, index: 2 })).rejects.toThrow("no ts block number 2");
  expect(await readdir(packageDirectory)).toEqual(["README.md"]);
});
