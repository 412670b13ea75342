import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { runReadmeExample } from "@tocsin/testkit";
import { describe, expect, test } from "vitest";
import { parseConfig } from "../src/config/parse-config.ts";
import { ERROR_STATUS } from "../src/wire/error.ts";

const packageDirectory = resolve(import.meta.dirname, "..");

describe("the README", () => {
  test("has a server example that takes an alert", async () => {
    // Nobody listens there: the alert is kept, as the engine promises, and the example ends all the same.
    const env = { DISCORD_WEBHOOK_URL: "http://127.0.0.1:1/api/webhooks/123456789012345678/token" };
    const { stdout } = await runReadmeExample({ packageDirectory, env });
    expect(stdout.split("\n")).toContain("201");
  });

  test("has a plugin example that works", async () => {
    const { stdout } = await runReadmeExample({ packageDirectory, index: 1 });
    expect(stdout).toBe("unauthorized\n");
  });

  test("has an example that needs neither Postgres nor Redis", async () => {
    const env = {
      DISCORD_WEBHOOK_URL: "http://127.0.0.1:1/api/webhooks/123456789012345678/token",
      DATABASE_URL: "",
      REDIS_URL: "",
    };
    const { stdout } = await runReadmeExample({ packageDirectory, index: 2, env });
    expect(stdout.split("\n")).toContain("200");
  });

  test("has a configuration that is valid", async () => {
    const readme = await readFile(resolve(packageDirectory, "README.md"), "utf8");
    const yaml = /^```yaml\n([\s\S]*?)^```/m.exec(readme)?.[1] ?? "";
    const url = "https://discord.com/api/webhooks/123456789012345678/token";
    const env = { ALERTS_WEBHOOK_URL: url, DATABASE_URL: "postgres://db/alerts", REDIS_URL: "redis://cache" };
    const result = parseConfig(yaml, { env, readSecretFile: () => url });
    expect(result).toMatchObject({
      kind: "config",
      config: {
        destinations: { alerts: {}, incidents: { forum: true } },
        database: { url: env.DATABASE_URL },
        redis: { url: env.REDIS_URL },
      },
    });
  });

  test("lists every error code with its status, and no other", async () => {
    const readme = await readFile(resolve(packageDirectory, "README.md"), "utf8");
    const listed = [...readme.matchAll(/^\| `([a-z_]+)` \| (\d{3}) \|/gm)].map(([, code, status]) => [
      code,
      Number(status),
    ]);
    expect(Object.fromEntries(listed)).toEqual(ERROR_STATUS);
  });
});
