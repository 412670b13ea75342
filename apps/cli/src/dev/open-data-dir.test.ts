import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@tocsin/testkit";
import { describe, expect, test } from "vitest";
import { openDataDir } from "./open-data-dir.ts";

const DESCRIPTION = JSON.stringify({
  relay: { url: "http://127.0.0.1:8080", api_secret: "tsk_secret" },
  discord: { page_url: "http://127.0.0.1:8090/" },
});

describe("openDataDir", () => {
  test("takes away what a killed process left behind", async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, "dev.json"), DESCRIPTION);
    await using data = await openDataDir(directory.path);
    expect(data.devFile).toBe(join(directory.path, "dev.json"));
    expect(await readdir(directory.path)).not.toContain("dev.json");
  });

  test.each([
    ["where the one that runs is", DESCRIPTION, ": relay http://127.0.0.1:8080, page http://127.0.0.1:8090/"],
    ["nothing more while the one that runs still starts", "{", ""],
  ])("refuses a directory that is in use, and says %s", async (_name, text, where) => {
    await using directory = await temporaryDirectory();
    await using _first = await openDataDir(directory.path);
    await writeFile(join(directory.path, "dev.json"), text);
    await expect(openDataDir(directory.path)).rejects.toMatchObject({
      code: "CLI_DEV_RUNNING",
      message: `tocsin dev already runs with this data directory${where}`,
    });
    expect(await readdir(directory.path)).toContain("dev.json");
  });
});
