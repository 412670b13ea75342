import { describe, expect, test } from "vitest";
import { redact } from "./redact.ts";

const TOKEN = "aB3-xY_9".repeat(9).slice(0, 68);
const BOT_TOKEN = `MTE5ODYyMjQ4MzQ3MTkyNTI0OA.Cl2FMQ.${"ZnCjm1XVW7vRze4b7Cq4se7kKWs".slice(0, 27)}`;

const leaks: readonly [name: string, text: string, secret: string, kept: string][] = [
  [
    "webhook url",
    `POST https://discord.com/api/v10/webhooks/123456789012345678/${TOKEN}?wait=true`,
    TOKEN,
    "123456789012345678",
  ],
  [
    "webhook message path",
    `/webhooks/123456789012345678/${TOKEN}/messages/234567890123456789`,
    TOKEN,
    "/messages/234567890123456789",
  ],
  ["discordapp host", `https://discordapp.com/api/webhooks/123456789012345678/${TOKEN}`, TOKEN, "discordapp.com"],
  [
    "interaction callback",
    "/interactions/123456789012345678/aW50ZXJhY3Rpb246MTIz/callback",
    "aW50ZXJhY3Rpb246MTIz",
    "/callback",
  ],
  ["bot header", `authorization: Bot ${BOT_TOKEN}`, BOT_TOKEN, "Bot"],
  ["bare bot token", `token was ${BOT_TOKEN}, sorry`, BOT_TOKEN, "token was"],
  ["bearer header", "Authorization: Bearer tk_1234567890:abcdefghij", "abcdefghij", "Bearer"],
  ["basic header", "Basic dXNlcjpwYXNzd29yZA==", "dXNlcjpwYXNzd29yZA==", "Basic"],
  ["json header dump", '{"x-api-secret":"s3cr3t-value","x-request-id":"r1"}', "s3cr3t-value", '"x-request-id":"r1"'],
  ["query token", "/receivers/grafana?token=abc123def&topic=cpu", "abc123def", "topic=cpu"],
  ["url credentials", "redis://user:hunter22@127.0.0.1:6379", "hunter22", "127.0.0.1:6379"],
  ["slack webhook", "https://hooks.slack.com/services/T0/B0/XXXXYYYY", "XXXXYYYY", "hooks.slack.com"],
  ["own api secret", "secret tsk_0123456789abcdef used", "tsk_0123456789abcdef", "used"],
];

describe("redact", () => {
  test.each(leaks)("masks the secret and keeps the rest: %s", (_name, text, secret, kept) => {
    const result = redact(text);
    expect(result).not.toContain(secret);
    expect(result).toContain(kept);
    expect(redact(result)).toBe(result);
  });

  test.each(["x", "x.", "a:", "://", "Bot ", "password ", '"', "/webhooks/1", "@", "?token"])(
    "comes back from a megabyte of what its rules begin with: %j",
    (piece) => {
      // A rule that tries anew at every character would be at it for hours.
      const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
      expect(redact(text).length).toBeGreaterThan(0);
    },
  );

  test("leaves ordinary text as it is", () => {
    const text = "disk /var 91% full on db1; see https://example.org/runbook?id=4 (webhooks are fine)";
    expect(redact(text)).toBe(text);
  });
});
