import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@tocsin/testkit";
import { describe, expect, test } from "vitest";
import { loadConfig } from "./load-config.ts";

const WEBHOOK_URL = "https://discord.com/api/webhooks/123456789012345678/token";

describe("loadConfig", () => {
  test("finds secret files beside the configuration", async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, "tocsin.yaml");
    await writeFile(join(directory.path, "webhook"), `${WEBHOOK_URL}\n`);
    await writeFile(file, "destinations:\n  a: {kind: discord, webhook_url_file: webhook}\n");
    expect(loadConfig(file, {})).toMatchObject({
      kind: "config",
      config: { destinations: { a: { webhookUrl: WEBHOOK_URL } } },
    });
  });

  test("answers a file that is not there with an issue", async () => {
    await using directory = await temporaryDirectory();
    const result = loadConfig(join(directory.path, "nothing.yaml"), {});
    expect(result).toMatchObject({ kind: "invalid", issues: [{ path: "", found: "no file that can be read" }] });
  });
});
