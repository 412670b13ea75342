import { redact } from "@tocsin/errors";
import { assert, property, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { parseConfig } from "./parse-config.ts";

const TOKEN = "tok-EN_1234567890";
const URL_WITH_TOKEN = `https://discord.com/api/webhooks/123456789012345678/${TOKEN}`;

function parse(text: string, env: Record<string, string> = {}, files: Record<string, string> = {}) {
  return parseConfig(text, { env, readSecretFile: (path) => files[path] ?? null });
}

function issuesOf(text: string, env: Record<string, string> = {}, files: Record<string, string> = {}) {
  const result = parse(text, env, files);
  if (result.kind !== "invalid") throw new Error("expected mistakes");
  return result.issues;
}

describe("a configuration", () => {
  test("that is empty is all defaults", () => {
    const config = {
      destinations: {},
      routes: [],
      server: { host: "127.0.0.1", port: 8080, bodyLimitBytes: 1_048_576 },
    };
    expect(parse("")).toEqual({ kind: "config", config });
    expect(parse("# nothing yet\n")).toEqual({ kind: "config", config });
  });

  test("is read whole: destinations, routes, server, environment and files", () => {
    const text = `
destinations:
  alerts:
    kind: discord
    webhook_url: \${env:ALERTS_WEBHOOK}
    username: Tocsin
    avatar_url: https://example.org/bell.png
  forum:
    kind: discord
    webhook_url_file: secrets/forum
    forum: true
routes:
  - name: loud
    match: { severity: critical, topic: [db, web] }
    destinations: [alerts, forum]
    continue: true
  - destinations: [alerts]
server:
  host: 0.0.0.0
  port: \${env:PORT}
  body_limit_bytes: 2048
`;
    const env = { ALERTS_WEBHOOK: URL_WITH_TOKEN, PORT: "9090" };
    expect(parse(text, env, { "secrets/forum": `${URL_WITH_TOKEN}2\n` })).toEqual({
      kind: "config",
      config: {
        destinations: {
          alerts: {
            kind: "discord",
            via: "webhook",
            webhookUrl: URL_WITH_TOKEN,
            username: "Tocsin",
            avatarUrl: "https://example.org/bell.png",
            forum: false,
          },
          forum: { kind: "discord", via: "webhook", webhookUrl: `${URL_WITH_TOKEN}2`, forum: true },
        },
        routes: [
          {
            name: "loud",
            match: { severity: ["critical"], topic: ["db", "web"] },
            destinations: ["alerts", "forum"],
            continue: true,
          },
          { match: {}, destinations: ["alerts"] },
        ],
        server: { host: "0.0.0.0", port: 9090, bodyLimitBytes: 2048 },
      },
    });
  });

  test("may put a variable inside a longer text, and keeps a quoted number a text", () => {
    const text = `destinations:\n  a:\n    kind: discord\n    webhook_url: "https://\${env:HOST}/api/webhooks/123456789012345678/t"\n    username: "\${env:N}"\n`;
    const result = parse(text, { HOST: "127.0.0.1:8090", N: "7" });
    expect(result).toMatchObject({
      kind: "config",
      config: {
        destinations: { a: { webhookUrl: "https://127.0.0.1:8090/api/webhooks/123456789012345678/t", username: "7" } },
      },
    });
  });
});

describe("Postgres and Redis", () => {
  const DATABASE = "postgresql://tocsin:pass-WORD@db.internal:5433/alerts?sslmode=require";
  const REDIS = "rediss://:pass-WORD@cache.internal";

  test("are read from the environment or from secret files, with names of their own", () => {
    const text = `
database:
  url: \${env:DATABASE_URL}
redis:
  url_file: secrets/redis
  prefix: staging.tocsin
`;
    const result = parse(text, { DATABASE_URL: DATABASE }, { "secrets/redis": `${REDIS}\n` });
    expect(result).toMatchObject({
      kind: "config",
      config: {
        database: { url: DATABASE, schema: "tocsin" },
        redis: { url: REDIS, prefix: "staging.tocsin" },
      },
    });
  });

  test.each([
    "postgres://u@h/d",
    "postgresql://u:p@h:1/d",
    "postgres://u:p@[::1]/d",
    "postgres:///d?host=/var/run/postgresql",
  ])("a database may be %s", (url) => {
    expect(parse(`database: {url: "${url}", schema: alerts_2}`)).toMatchObject({
      kind: "config",
      config: { database: { url, schema: "alerts_2" } },
    });
  });

  test("show what their URLs look like, also where secrets are masked", () => {
    const issues = issuesOf("database: {url: 'mysql://h/d'}\nredis: {url: 'http://h'}\n");
    const shown = issues.map(({ message }) => redact(message));
    expect(shown[0]).toContain("a URL like postgres://<host>:5432/<database>");
    expect(shown[1]).toContain("a URL like redis://<host>:6379");
  });

  test.each([
    ["no URL at all", "database: {schema: x}", "/database", /found neither/],
    ["two URLs", "redis: {url: 'redis://h', url_file: f}", "/redis", /found both/],
    ["a file that is not there", "redis: {url_file: nowhere}", "/redis/url_file", /a file that cannot be read/],
    ["an empty file", "redis: {url_file: empty}", "/redis/url_file", /found nothing/],
    ["another kind of database", "database: {url: 'mysql://u:p@h/d'}", "/database/url", /begin with postgres:\/\/ or/],
    ["the other's URL", "redis: {url: 'postgres://u:p@h/d'}", "/redis/url", /begin with redis:\/\/ or rediss:\/\//],
    ["no host", "redis: {url: 'redis:///0'}", "/redis/url", /names no host/],
    ["text", "database: {url: localhost}", "/database/url", /it is no URL/],
    [
      "an open password that is not escaped",
      "database: {url: 'postgres://u:p#1@h/d'}",
      "/database/url",
      /it is no URL/,
    ],
    ["a bad schema", "database: {url: 'postgres://h/d', schema: Alerts}", "/database/schema", /found "Alerts"/],
    ["a schema of Postgres itself", "database: {url: 'postgres://h/d', schema: pg_x}", "/database/schema", /or pg_/],
    ["a bad prefix", "redis: {url: 'redis://h', prefix: 'a b'}", "/redis/prefix", /found "a b"/],
    ["an unknown key", "redis: {ulr: 'redis://h'}", "/redis/ulr", /did you mean "url"/],
  ])("a mistake is found: %s", (_name, text, path, message) => {
    const issue = issuesOf(text, {}, { empty: "\n" }).find((one) => one.path === path);
    expect(issue?.message).toMatch(message);
  });
});

describe("a mistake", () => {
  test("names path, line, what was found, what was expected and the nearest key", () => {
    const text = `server:\n  port: 8080\n  hots: localhost\n`;
    expect(issuesOf(text)).toEqual([
      {
        path: "/server/hots",
        line: 3,
        found: "an unknown key",
        expected: "one of host, port, body_limit_bytes",
        nearest: "host",
        message:
          'line 3, /server/hots: expected one of host, port, body_limit_bytes, found an unknown key; did you mean "host"?',
      },
    ]);
  });

  test.each([
    ["an unknown section", "destination: {}", "/destination", 1, /did you mean "destinations"/],
    [
      "a wrong kind",
      "destinations:\n  a:\n    kind: discrod\n    webhook_url: x",
      "/destinations/a/kind",
      3,
      /did you mean "discord"/,
    ],
    ["no kind", "destinations:\n  a:\n    webhook_url: x", "/destinations/a/kind", 2, /found nothing/],
    [
      "a destination that is no object",
      "destinations:\n  a: discord",
      "/destinations/a",
      2,
      /expected an object with kind/,
    ],
    [
      "a bad destination name",
      "destinations:\n  'a b': {kind: discord, webhook_url: x}",
      "/destinations/a b",
      2,
      /a name of letters/,
    ],
    [
      "a wrong severity",
      "routes:\n  - match: {severity: crit}\n    destinations: [a]",
      "/routes/0/match/severity",
      2,
      /"info", "warn", "critical"/,
    ],
    [
      "a wrong severity in a list",
      "routes:\n  - match:\n      severity: [warn, critcal]\n    destinations: [a]",
      "/routes/0/match/severity",
      3,
      /"critical"/,
    ],
    ["a port out of range", "server: {port: 70000}", "/server/port", 1, /a whole number from 0 to 65535, found 70000/],
    [
      "a port that is text",
      "server: {port: '8080'}",
      "/server/port",
      1,
      /a whole number from 0 to 65535, found "8080"/,
    ],
    ["a route without destinations", "routes:\n  - name: x\n", "/routes/0/destinations", 2, /a list of/],
    [
      "a list instead of a map",
      "- a\n- b",
      "",
      undefined,
      /expected an object with destinations, routes, server, database, redis, found a list/,
    ],
  ])("is found: %s", (_name, text, path, line, message) => {
    const issue = issuesOf(text).find((one) => one.path === path);
    expect(issue?.message).toMatch(message);
    expect(issue?.line).toBe(line);
  });

  test("in every place is listed, in the order of the file", () => {
    const text = `server: {port: -1}\nroutes:\n  - destinations: []\nxyz: 1\ndestinations:\n  a: {kind: email}\n`;
    expect(issuesOf(text).map(({ line, path }) => [line, path])).toEqual([
      [1, "/server/port"],
      [3, "/routes/0/destinations"],
      [4, "/xyz"],
      [6, "/destinations/a/kind"],
    ]);
  });

  test("is listed however many there are", () => {
    const keys = Array.from({ length: 100 }, (_, index) => `key${index}: 1`);
    expect(issuesOf(keys.join("\n"))).toHaveLength(100);
  });

  test("is a route to a destination that does not exist, with the nearest name", () => {
    const text = `destinations:\n  alerts: {kind: discord, webhook_url: "${URL_WITH_TOKEN}"}\nroutes:\n  - destinations:\n      - alerts\n      - alert\n`;
    expect(issuesOf(text)).toEqual([
      {
        path: "/routes/0/destinations/1",
        line: 6,
        found: 'an unknown destination, "alert"',
        expected: "one of alerts",
        nearest: "alerts",
        message:
          'line 6, /routes/0/destinations/1: expected one of alerts, found an unknown destination, "alert"; did you mean "alerts"?',
      },
    ]);
  });

  test.each([
    ["neither of the two", "{kind: discord}", /found neither/],
    ["both of the two", `{kind: discord, webhook_url: "${URL_WITH_TOKEN}", webhook_url_file: f}`, /found both/],
    ["a file that is not there", "{kind: discord, webhook_url_file: nowhere}", /a file that cannot be read/],
    ["a file with something else", "{kind: discord, webhook_url_file: other}", /found something else/],
    ["an empty file", "{kind: discord, webhook_url_file: empty}", /found nothing/],
    ["no URL", `{kind: discord, webhook_url: ${TOKEN}}`, /expected a URL like/],
    [
      "a URL without a token",
      "{kind: discord, webhook_url: 'https://discord.com/api/webhooks/123456789012345678'}",
      /expected a URL like/,
    ],
  ])("is a webhook with %s", (_name, destination, message) => {
    const [issue] = issuesOf(`destinations:\n  a: ${destination}\n`, {}, { other: TOKEN, empty: " \n" });
    expect(issue?.message).toMatch(message);
    expect(issue?.line).toBe(2);
  });

  test("is a variable that is not set, with its path and line", () => {
    const text = "destinations:\n  a:\n    kind: discord\n    webhook_url: ${" + "env:NOT_SET}\n";
    expect(issuesOf(text)[0]).toMatchObject({
      path: "/destinations/a/webhook_url",
      line: 4,
      expected: "a value in the environment variable NOT_SET",
    });
    const inList = "routes:\n  - destinations: [a, '${" + "env:NOT_SET}']\n";
    expect(issuesOf(inList)[0]?.path).toBe("/routes/0/destinations/1");
  });

  test("is an empty list where one name is needed", () => {
    expect(issuesOf("routes:\n  - destinations: []\n")[0]?.message).toBe(
      "line 2, /routes/0/destinations: expected a list of at least one name, found an empty list",
    );
  });

  test("is YAML that cannot be read, with its line", () => {
    const issues = issuesOf("server:\n  host: [1\nroutes: }\n");
    expect(issues.length).toBeGreaterThan(0);
    expect(issues[0]?.expected).toBe("valid YAML");
    expect(issues[0]?.line).toBeGreaterThanOrEqual(2);
  });

  test("is a key that stands twice", () => {
    expect(issuesOf("server: {}\nserver: {}\n")[0]).toMatchObject({ line: 2, expected: "valid YAML" });
  });

  test.each([
    ["in the wrong place", `destinations:\n  a: ${URL_WITH_TOKEN}\n`],
    ["as a list", `destinations:\n  a: {kind: discord, webhook_url: [${URL_WITH_TOKEN}]}\n`],
    ["as a kind", "destinations:\n  a: {kind: '${" + "env:TOKEN}', webhook_url: x}\n"],
    ["as a name of a route", "routes:\n  - {name: ['${" + "env:TOKEN}'], destinations: ['${" + "env:TOKEN}']}\n"],
    ["as a destination of a route", "routes:\n  - destinations: ['${" + "env:TOKEN}']\n"],
    [
      "behind an alias",
      "server: {host: &t '${" + "env:TOKEN}'}\nroutes:\n  - {match: {severity: *t}, destinations: [*t]}\n",
    ],
    ["cut short", `destinations:\n  a: {kind: discord, webhook_url: "${TOKEN}"}\n`],
    ["as an unknown key's value", `webhook: ${URL_WITH_TOKEN}\n`],
    ["as a key", `"${URL_WITH_TOKEN}": 1\n`],
    ["of a database in the wrong place", `database: postgres://u:${TOKEN}@h/d\n`],
    ["of a database that is no URL", `database: {url: "postgres://u:${TOKEN}#x@h/d"}\n`],
    ["of a database under a wrong name", `database: {uri: "postgres://u:${TOKEN}@h/d"}\n`],
    ["of a Redis as a list", `redis: {url: ["redis://:${TOKEN}@h"]}\n`],
    ["of a Redis without its scheme", `redis: {url: "u:${TOKEN}@h"}\n`],
    ["in broken YAML", `a: b: ${URL_WITH_TOKEN}\n`],
  ])("never shows a secret: %s", (_name, text) => {
    const issues = issuesOf(text, { TOKEN });
    expect(issues.length).toBeGreaterThan(0);
    expect(JSON.stringify(issues)).not.toContain(TOKEN);
  });

  test("is a value, never an exception, whatever the text is", () => {
    assert(
      property(string({ unit: "binary", maxLength: 200 }), (text) => {
        expect(["config", "invalid"]).toContain(parse(text).kind);
      }),
      { numRuns: 300 },
    );
    for (const text of [
      "*a",
      "a: &a [*a]",
      "&a [*a]",
      "!!binary x: 1",
      "%YAML 9\n---\n",
      "? {a: 1}\n: 2",
      "a: !!js/function x",
    ]) {
      expect(["config", "invalid"]).toContain(parse(text).kind);
    }
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghi"
      .split("")
      .map((name, index) => `${name}: &${name} [${`*${"abcdefgh"[index]},`.repeat(9)}]`)
      .join("\n")}`;
    expect(issuesOf(bomb).length).toBeGreaterThan(0);
  });
});
