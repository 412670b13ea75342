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
  ["bare interaction token", '{"content":"by aW50ZXJhY3Rpb246MTIzOmFiY2Q="}', "aW50ZXJhY3Rpb246MTIzOmFiY2Q=", '"}'],
  ["bearer header", "Authorization: Bearer tk_1234567890:abcdefghij", "abcdefghij", "Bearer"],
  ["basic header", "Basic dXNlcjpwYXNzd29yZA==", "dXNlcjpwYXNzd29yZA==", "Basic"],
  ["json header dump", '{"x-api-secret":"s3cr3t-value","x-request-id":"r1"}', "s3cr3t-value", '"x-request-id":"r1"'],
  ["query token", "/receivers/grafana?token=abc123def&topic=cpu", "abc123def", "topic=cpu"],
  ["url credentials", "redis://user:hunter22@127.0.0.1:6379", "hunter22", "127.0.0.1:6379"],
  ["slack webhook", "https://hooks.slack.com/services/T0/B0/XXXXYYYY", "XXXXYYYY", "hooks.slack.com"],
  ["own api secret", "secret tsk_0123456789abcdef used", "tsk_0123456789abcdef", "used"],
  ["small letters in a header", "authorization: bearer am-secret-value", "am-secret-value", "authorization: bearer"],
  ["token scheme", "Authorization: Token abcdefghijkl", "abcdefghijkl", "Authorization: Token"],
  ["bare bearer of letters", "got Bearer abcdefghijkl back", "abcdefghijkl", "back"],
  ["short bearer", "Authorization: Bearer k1:s1", "k1:s1", "Authorization: Bearer"],
  ["bearer with signs", "Authorization: Bearer key:se!cr#et", "cr#et", "Authorization: Bearer"],
  ["bearer with spaces", "Authorization: Bearer a1 b2 c3\nHost: x", "c3", "Host: x"],
  ["no scheme", "authorization=abc def", "def", "authorization="],
  ["digest", 'Authorization: Digest username="Mufasa", response="6629fae49393"\nHost: x', "6629fae49393", "Host: x"],
  ["header in quotes", "curl -H 'Authorization: Bearer k1 s1' https://example.org", "s1", "' https://example.org"],
  ["authorization in JSON", '{"Authorization":"Bearer a \\" b","id":1}', ' b"', ',"id":1}'],
  ["spaces in quotes", '{"api_secret": "aa bb cc", "id": 1}', "cc", '"id": 1}'],
  ["spaces in single quotes", "{ password: 'aa bb', id: 1 }", "bb", "id: 1 }"],
  ["JSON in JSON", '{\\"token\\":\\"aa bb\\",\\"id\\":1}', "bb", '\\"id\\":1}'],
  ["slash in a password", "https://user:pa/ss@host.example/", "ss@", "host.example/"],
  ["at sign in a password", "https://user:pa@ss@host.example/@name", "ss@", "host.example/@name"],
  ["webhook JSON", '{"id":"1","token":"aB3-xY_9","name":"x"}', "aB3-xY_9", '"name":"x"'],
  ["encoded webhook path", "url=%2Fapi%2Fwebhooks%2F1%2FTOKEN%2Fgithub", "TOKEN", "%2Fgithub"],
  ["half encoded webhook path", "/webhooks/1%2FTOKEN", "TOKEN", "/webhooks/1%2F"],
  ["webhook path in JSON", '{"url":"https:\\/\\/discord.com\\/api\\/webhooks\\/1\\/TOKEN"}', "TOKEN", "discord.com"],
  ["pairs of headers", "[['x-api-secret', 'se value'], ['x-request-id', 'r1']]", "value", "['x-request-id', 'r1']"],
  ["flat list of headers", '["authorization","Bearer ab","host","example.org"]', "ab", '"host","example.org"'],
];

const prose = [
  "send X-Api-Key and X-Api-Secret, or Authorization: Bearer <key>:<secret>.",
  "/destinations/alerts/webhook_url: expected a URL like https://discord.com/api/webhooks/<id>/<token>, found nothing",
  "/destinations/alerts/bot_token: expected a string, found the number 5",
  "Basic training and the Bearer of bad news; Bot restarted, Basic auto-scaling.",
  "https://host.example/@user https://host.example:8080/@user http://[::1]:8080/@user",
  'one of "token", "password", "secret"',
  "the token is missing; password too short",
];

describe("redact", () => {
  test.each(leaks)("masks the secret and keeps the rest: %s", (_name, text, secret, kept) => {
    const result = redact(text);
    expect(result).not.toContain(secret);
    expect(result).toContain(kept);
    expect(redact(result)).toBe(result);
  });

  test.each(prose)("leaves what is no secret as it is: %s", (text) => {
    expect(redact(text)).toBe(text);
  });

  test("masks in one pass whatever stands side by side", () => {
    const texts = [...leaks.map(([, text]) => text), ...prose];
    for (const glue of ["", " ", '"', ":", "/", "\\"]) {
      for (const left of texts) {
        for (const right of texts) {
          const once = redact(left + glue + right);
          expect(redact(once)).toBe(once);
        }
      }
    }
  });

  test.each([
    ...["x", "x.", "a:", "://", "Bot ", "password ", '"', "/webhooks/1", "@", "?token", "\\", '\\"', "authorization"],
    ...[
      "authorization:",
      "authorization: Digest a=",
      'authorization: Digest a="',
      "Authorization: Bearer ",
      '"token":"',
    ],
    ...['"token":"\\', "'x-api-key','", "a://b:c", "a://b:/", "%2Fwebhooks%2F1", "\\/webhooks\\/1\\/", "Basic a-", "<"],
  ])("comes back from a megabyte of what its rules begin with: %j", (piece) => {
    // A rule that tries anew at every character would be at it for hours.
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
    expect(redact(text).length).toBeGreaterThan(0);
  });

  test("leaves ordinary text as it is", () => {
    const text = "disk /var 91% full on db1; see https://example.org/runbook?id=4 (webhooks are fine)";
    expect(redact(text)).toBe(text);
  });
});
