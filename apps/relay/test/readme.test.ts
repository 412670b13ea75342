import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { runReadmeExample, temporaryDirectory } from "@tocsin/testkit";
import { generate } from "selfsigned";
import { describe, expect, test } from "vitest";
import { DELIVERY_FIELDS } from "../src/config/delivery-schema.ts";
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

  test("has a program that runs by a file, with neither Postgres nor Redis", async () => {
    await using directory = await temporaryDirectory();
    const file = resolve(directory.path, "tocsin.yaml");
    const url = "http://127.0.0.1:1/api/webhooks/123456789012345678/token";
    await writeFile(
      file,
      `destinations: { alerts: { kind: discord, webhook_url: "${url}" } }\nroutes: [{ destinations: [alerts] }]\nserver: { port: 0 }\n`,
    );
    const { stdout } = await runReadmeExample({ packageDirectory, index: 2, env: { TOCSIN_CONFIG: file } });
    expect(stdout.split("\n")).toContain("200");
  });

  test("has a configuration that is valid", async () => {
    const readme = await readFile(resolve(packageDirectory, "README.md"), "utf8");
    const yaml = /^```yaml\n([\s\S]*?)^```/m.exec(readme)?.[1] ?? "";
    const url = "https://discord.com/api/webhooks/123456789012345678/token";
    const { cert, private: key } = await generate([{ name: "commonName", value: "relay" }], {
      keyType: "ec",
      algorithm: "sha256",
    });
    const files: Readonly<Record<string, string>> = {
      "secrets/bot": "a.bot.token",
      "secrets/elsewhere": url,
      "certificates/authority.pem": cert,
      "certificates/relay.pem": cert,
      "certificates/relay-key.pem": key,
    };
    const env = {
      ALERTS_WEBHOOK_URL: url,
      DISCORD_BOT_TOKEN: "a.bot.token",
      DATABASE_URL: "postgres://db/alerts",
      REDIS_URL: "redis://cache",
    };
    const result = parseConfig(yaml, { env, readSecretFile: (path) => files[path] ?? null });
    expect(result).toMatchObject({
      kind: "config",
      config: {
        destinations: {
          alerts: { via: "webhook", webhookUrl: url },
          critical: { via: "bot", botToken: env.DISCORD_BOT_TOKEN },
          incidents: { via: "bot", forum: true },
          elsewhere: { via: "webhook", tls: { caPem: cert, certPem: cert, keyPem: key, isVerified: true } },
        },
        database: { url: env.DATABASE_URL },
        redis: { url: env.REDIS_URL },
      },
    });
    // What a reader looks for is in it.
    const keys = Object.keys(DELIVERY_FIELDS);
    expect(keys.filter((name) => !yaml.includes(`${name}: `))).toEqual([]);
    expect(keys.filter((name) => !readme.includes(`\n| \`${name}\` | `))).toEqual([]);
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
