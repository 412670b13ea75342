import { anything, assert, constantFrom, dictionary, oneof, property, record } from "fast-check";
import { generate } from "selfsigned";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { ConfigSchema } from "./config-schema.ts";
import { DELIVERY_FIELDS } from "./delivery-schema.ts";
import { parseConfig } from "./parse-config.ts";

const CHANNEL_ID = "323456789012345678";
const GUILD_ID = "12345678901234567890";
const BOT_TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAx.Gabcde.0123456789abcdefghijklmnopqrstuvwxyzAB";
const WEBHOOK_TOKEN = "tok-EN_1234567890";
const WEBHOOK_URL = `https://discord.com/api/webhooks/123456789012345678/${WEBHOOK_TOKEN}`;

const BOT = `kind: discord, bot_token: ${BOT_TOKEN}, channel_id: "${CHANNEL_ID}"`;
const WEBHOOK = `kind: discord, webhook_url: "${WEBHOOK_URL}"`;

const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `"${10n ** 17n + BigInt(index)}"`);

function parse(text: string, env: Record<string, string> = {}, files: Record<string, string> = {}) {
  return parseConfig(text, { env, readSecretFile: (path) => files[path] ?? null });
}

function configOf(text: string, env: Record<string, string> = {}, files: Record<string, string> = {}) {
  const result = parse(text, env, files);
  if (result.kind !== "config") throw new Error(result.issues.map(({ message }) => message).join("\n"));
  return result.config;
}

/** The mistakes, which never show a token. */
function issuesOf(text: string, env: Record<string, string> = {}, files: Record<string, string> = {}) {
  const result = parse(text, env, files);
  if (result.kind !== "invalid") throw new Error("expected mistakes");
  for (const secret of [BOT_TOKEN, WEBHOOK_TOKEN]) expect(JSON.stringify(result.issues)).not.toContain(secret);
  return result.issues;
}

const destinationOf = (fields: string) => configOf(`destinations:\n  a: {${fields}}\n`).destinations.a;
const issueIn = (fields: string) => issuesOf(`destinations:\n  a: {${fields}}\n`)[0];

describe("a destination by a bot", () => {
  test("has a token, a channel and a server, which are texts", () => {
    expect(destinationOf(`${BOT}, guild_id: "${GUILD_ID}", forum: true`)).toEqual({
      kind: "discord",
      via: "bot",
      botToken: BOT_TOKEN,
      channelId: CHANNEL_ID,
      guildId: GUILD_ID,
      forum: true,
    });
  });

  test("takes token and channel from a file and from the environment", () => {
    const text = `destinations:\n  a:\n    kind: discord\n    bot_token_file: secrets/bot\n    channel_id: \${env:CHANNEL}\n`;
    const { a } = configOf(text, { CHANNEL: CHANNEL_ID }, { "secrets/bot": `${BOT_TOKEN}\n` }).destinations;
    expect(a).toEqual({ kind: "discord", via: "bot", botToken: BOT_TOKEN, channelId: CHANNEL_ID, forum: false });
  });

  test.each([
    ["neither a webhook nor a bot", "kind: discord", "", /either a webhook .+ or a bot .+, found neither/],
    ["a webhook and a bot", `${BOT}, webhook_url: x`, "", /found both: webhook_url, bot_token/],
    ["a channel alone", `kind: discord, channel_id: "${CHANNEL_ID}"`, "", /or a bot .+, found neither/],
    ["a token twice", `${BOT}, bot_token_file: f`, "", /either bot_token or bot_token_file, found both/],
    ["no channel", `kind: discord, bot_token: ${BOT_TOKEN}`, "/channel_id", /the id of the channel .+, found nothing/],
    [
      "a token file that is not there",
      `kind: discord, bot_token_file: f, channel_id: "${CHANNEL_ID}"`,
      "/bot_token_file",
      /a file that cannot be read/,
    ],
    [
      "a token with spaces",
      `kind: discord, bot_token: "Bot of ours", channel_id: "${CHANNEL_ID}"`,
      "/bot_token",
      /something else, not shown/,
    ],
    ["no token", `kind: discord, bot_token: "", channel_id: "${CHANNEL_ID}"`, "/bot_token", /found nothing/],
    ["a channel for a webhook", `${WEBHOOK}, channel_id: "${CHANNEL_ID}"`, "/channel_id", /channel_id with a webhook/],
    ["a name for a bot", `${BOT}, username: Tocsin`, "/username", /only with a webhook, found username with a bot/],
    ["certificates for a bot", `${BOT}, ssl_ca: f`, "/ssl_ca", /only with a webhook/],
    ["an unknown key", `${BOT}, chanel_id: x`, "/chanel_id", /did you mean "channel_id"/],
  ])("is refused with %s", (_name, fields, place, message) => {
    expect(issueIn(fields)).toMatchObject({
      path: `/destinations/a${place}`,
      line: 2,
      message: expect.stringMatching(message),
    });
  });
});

describe("an id", () => {
  test("that stands without quotes is shown with the digits that YAML would lose", () => {
    expect(issueIn(`kind: discord, bot_token: ${BOT_TOKEN}, channel_id: 123456789012345678`)).toMatchObject({
      path: "/destinations/a/channel_id",
      expected: "an id of 17 to 20 digits, in quotes",
      found: "the number 123456789012345678, whose last digits are lost: numbers of YAML are not that exact",
    });
  });

  test.each([
    ["too short", '"1234567890123456"', 'found "1234567890123456"'],
    ["too long", '"123456789012345678901"', 'found "123456789012345678901"'],
    ["a mention", '"<#323456789012345678>"', 'found "<#323456789012345678>"'],
    ["a name", '"#alerts"', "found text that is no id"],
    ["a token", BOT_TOKEN, "found text that is no id"],
    ["a small number", "7", "found 7"],
    ["nothing", "", "found nothing"],
  ])("may not be %s", (_name, id, found) => {
    expect(issueIn(`kind: discord, bot_token: ${BOT_TOKEN}, channel_id: ${id}`)?.message).toContain(found);
  });
});

describe("how alerts are shown", () => {
  const OPTIONS = `
    thread: false
    escalation: ping
    mentions: { users: ["100000000000000001"], roles: ["100000000000000002"], everyone: false, min_severity: critical }
    silent: [info, resolved]
    pack: false
    digest: { min_count: 20 }
`;
  const READ = {
    thread: false,
    escalation: "ping",
    mentions: {
      users: ["100000000000000001"],
      roles: ["100000000000000002"],
      everyone: false,
      minSeverity: "critical",
    },
    silent: ["info", "resolved"],
    pack: false,
    digest: { minCount: 20 },
  };

  test("is said by a webhook, by a bot and by a route in the same words", () => {
    const config = configOf(`
destinations:
  a:
    kind: discord
    webhook_url: ${WEBHOOK_URL}${OPTIONS}
  b:
    kind: discord
    bot_token: ${BOT_TOKEN}
    channel_id: "${CHANNEL_ID}"${OPTIONS}
routes:
  - destinations: [a, b]
    delivery:${OPTIONS.replaceAll("    ", "      ")}
`);
    expect(config.destinations.a).toMatchObject(READ);
    expect(config.destinations.b).toMatchObject(READ);
    expect(config.routes).toEqual([{ match: {}, destinations: ["a", "b"], delivery: READ }]);
  });

  test("is left open where nothing is said", () => {
    const config = configOf(`destinations: {a: {${BOT}}}\nroutes: [{destinations: [a], delivery: {}}]\n`);
    expect(Object.keys(config.destinations.a ?? {}).toSorted()).toEqual(
      ["botToken", "channelId", "forum", "kind", "via"].toSorted(),
    );
    expect(config.routes).toEqual([{ match: {}, destinations: ["a"], delivery: {} }]);
  });

  test.each([
    ["thread: sometimes", "/thread", /true or false, found "sometimes"/],
    ["escalation: replay", "/escalation", /did you mean "reply"/],
    ["mentions: {user: []}", "/mentions/user", /did you mean "users"/],
    ["mentions: {users: [123456789012345678]}", "/mentions/users/0", /the number 123456789012345678, whose last/],
    [`mentions: {roles: [${ids(101)}]}`, "/mentions/roles", /at most 100 ids, .+ found a list of 101/],
    [`mentions: {users: [${[...ids(1), ...ids(1)]}]}`, "/mentions/users", /none twice.+ found a list of 2/],
    ["mentions: {min_severity: crit}", "/mentions/min_severity", /"info", "warn", "critical"/],
    ["silent: [infos]", "/silent/0", /did you mean "info"/],
    ["silent: info", "/silent", /a list of "info", "warn", "critical", "resolved", none twice, found "info"/],
    ["silent: [info, info]", "/silent", /none twice/],
    ["pack: 1", "/pack", /true or false, found 1/],
    ["digest: {min_count: 1}", "/digest/min_count", /a whole number from 2 to 200, found 1/],
    ["digest: {min_count: 201}", "/digest/min_count", /from 2 to 200, found 201/],
    ["digest: {}", "/digest/min_count", /found nothing/],
    ["digest: 5", "/digest", /an object with min_count, found 5/],
    [
      "escalation: ping",
      "/escalation",
      /mentions with users, roles or everyone, found "ping", but nobody to ping at a$/,
    ],
    ["escalation: ping, mentions: {users: []}", "/escalation", /nobody to ping/],
  ])("cannot be %s, in a destination and in a route", (fields, place, message) => {
    const destination = issuesOf(`destinations:\n  a: {${WEBHOOK}, ${fields}}\n`);
    expect(destination).toMatchObject([
      { path: `/destinations/a${place}`, line: 2, message: expect.stringMatching(message) },
    ]);
    const route = issuesOf(
      `destinations:\n  a: {${WEBHOOK}}\nroutes:\n  - destinations: [a]\n    delivery: {${fields}}\n`,
    );
    expect(route).toMatchObject([
      { path: `/routes/0/delivery${place}`, line: 5, message: expect.stringMatching(message) },
    ]);
  });

  test("pings whom either the route or the destination names", () => {
    const mentions = 'mentions: {roles: ["100000000000000002"]}';
    configOf(
      `destinations: {a: {${WEBHOOK}, ${mentions}}}\nroutes: [{destinations: [a], delivery: {escalation: ping}}]`,
    );
    configOf(
      `destinations: {a: {${WEBHOOK}, escalation: ping}}\nroutes: [{destinations: [a], delivery: {${mentions}}}]`,
    );
    // A route may keep quiet on purpose.
    configOf(
      `destinations: {a: {${WEBHOOK}, escalation: ping, ${mentions}}}\nroutes: [{destinations: [a], delivery: {mentions: {}}}]`,
    );
    const text = `destinations: {a: {${WEBHOOK}, escalation: ping}}\nroutes:\n  - {destinations: [a], delivery: {${mentions}}}\n  - {destinations: [a]}\n  - {destinations: [a]}\n`;
    expect(issuesOf(text).map(({ path }) => path)).toEqual(["/destinations/a/escalation"]);
  });

  test.each(["forum: true", "forum_tags: {}"])("is not for a route to say with %s", (fields) => {
    const [issue] = issuesOf(`destinations: {a: {${WEBHOOK}}}\nroutes: [{destinations: [a], delivery: {${fields}}}]`);
    expect(issue).toMatchObject({
      found: "an unknown key",
      expected: "one of thread, escalation, mentions, silent, pack, digest",
    });
  });
});

describe("a thread for each alert", () => {
  const FOUND = "where a webhook posts to a text channel and cannot start threads";
  const EXPECTED = "a bot (bot_token and channel_id), or forum: true where the channel is a forum, or no thread";

  test("is nothing that a webhook can start in a text channel", () => {
    expect(issueIn(`${WEBHOOK}, thread: true`)).toMatchObject({
      path: "/destinations/a/thread",
      found: `true for a, ${FOUND}`,
      expected: EXPECTED,
    });
  });

  test("is nothing that a route can ask of such webhooks", () => {
    const text = `destinations:\n  a: {${WEBHOOK}}\n  b: {${BOT}}\n  c: {${WEBHOOK}}\n  d: {${WEBHOOK}, forum: true}\nroutes:\n  - {destinations: [b, d], delivery: {thread: true}}\n  - {destinations: [a, b, c, d], delivery: {thread: true}}\n`;
    expect(issuesOf(text)).toMatchObject([
      { path: "/routes/1/delivery/thread", line: 8, found: `true for a, c, ${FOUND}`, expected: EXPECTED },
    ]);
  });

  test("may be asked of a forum, and need not be said at all", () => {
    configOf(
      `destinations: {a: {${WEBHOOK}, forum: true, thread: true}, b: {${BOT}, thread: true}, c: {${WEBHOOK}, thread: false}}`,
    );
  });
});

describe("tags of a forum", () => {
  test("go with severities and with resolved alerts", () => {
    const tags = `forum_tags: {info: [${ids(1)}], resolved: [${ids(2)}]}`;
    expect(destinationOf(`${WEBHOOK}, forum: true, ${tags}`)).toMatchObject({
      forumTagIds: { info: ["100000000000000000"], resolved: ["100000000000000000", "100000000000000001"] },
    });
  });

  test.each([
    ["of a channel that is none", `${BOT}, forum_tags: {info: [${ids(1)}]}`, "", /tags without forum: true/],
    ["more than a post can have", `${BOT}, forum: true, forum_tags: {info: [${ids(6)}]}`, "/info", /at most 5 ids/],
    [
      "more than a post can have when it is resolved",
      `${BOT}, forum: true, forum_tags: {warn: [${ids(5)}], resolved: ["${CHANNEL_ID}"]}`,
      "/warn",
      /at most 5 in all, found 6 tags for a resolved alert of severity warn/,
    ],
    ["by name", `${BOT}, forum: true, forum_tags: {info: [outage]}`, "/info/0", /an id of 17 to 20 digits, in quotes/],
    ["of another word", `${BOT}, forum: true, forum_tags: {resolve: []}`, "/resolve", /did you mean "resolved"/],
  ])("may not be %s", (_name, fields, place, message) => {
    expect(issueIn(fields)).toMatchObject({
      path: `/destinations/a/forum_tags${place}`,
      message: expect.stringMatching(message),
    });
  });
});

describe("certificates", async () => {
  const create = () => generate([{ name: "commonName", value: "Test" }], { keyType: "ec", algorithm: "sha256" });
  const [one, other] = await Promise.all([create(), create()]);
  const files = { ca: `${other.cert}\n${one.cert}`, cert: one.cert, key: one.private, otherKey: other.private };
  const broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  const withFiles = (fields: string) =>
    parse(`destinations:\n  a: {${WEBHOOK}, ${fields}}\n`, {}, { ...files, broken });

  test("are read from files", () => {
    expect(withFiles("ssl_ca: ca, ssl_cert: cert, ssl_key: key")).toMatchObject({
      config: {
        destinations: { a: { tls: { caPem: files.ca, certPem: one.cert, keyPem: one.private, isVerified: true } } },
      },
    });
  });

  test("need not be checked", () => {
    expect(withFiles("insecure_skip_verify: true")).toMatchObject({
      config: { destinations: { a: { tls: { isVerified: false } } } },
    });
    expect(destinationOf(`${WEBHOOK}, insecure_skip_verify: false`)).not.toHaveProperty("tls");
  });

  test.each([
    ["a file that is not there", "ssl_ca: nowhere", "/ssl_ca", /a file that cannot be read/],
    ["a key as an authority", "ssl_ca: key", "/ssl_ca", /certificates in PEM form, found a file with something else/],
    ["a broken certificate", "ssl_ca: broken", "/ssl_ca", /something else, not shown/],
    ["a certificate as a key", "ssl_cert: cert, ssl_key: cert", "/ssl_key", /a private key in PEM form/],
    ["a key alone", "ssl_key: key", "/ssl_key", /both or neither of the two, found no ssl_cert/],
    ["a certificate alone", "ssl_cert: cert", "/ssl_cert", /found no ssl_key/],
    [
      "the key of another certificate",
      "ssl_cert: cert, ssl_key: otherKey",
      "/ssl_key",
      /the key of another certificate/,
    ],
  ])("cannot be used: %s", (_name, fields, place, message) => {
    const result = withFiles(fields);
    expect(result).toMatchObject({
      issues: [{ path: `/destinations/a${place}`, line: 2, message: expect.stringMatching(message) }],
    });
    expect(JSON.stringify(result)).not.toContain("PRIVATE KEY-----");
  });
});

test("whatever stands under destinations and routes, the answer is a value, and shows no token", () => {
  const [destinationKeys = []] = Object.values(ConfigSchema.properties.destinations.patternProperties).map(
    ({ properties }) => Object.keys(properties),
  );
  const value = oneof(
    constantFrom<unknown>(BOT_TOKEN, WEBHOOK_URL, CHANNEL_ID, 123456789012345678n, true, "ping", "discord", "pem", []),
    anything({ maxDepth: 2, withBigInt: false, values: [constantFrom<unknown>(BOT_TOKEN, WEBHOOK_URL, "info", 2)] }),
  );
  const destination = dictionary(constantFrom("kind", ...destinationKeys), value, { maxKeys: 6 });
  const delivery = dictionary(constantFrom(...Object.keys(DELIVERY_FIELDS)), value, { maxKeys: 4 });
  assert(
    property(record({ a: destination, b: destination }), delivery, (destinations, options) => {
      const routes = [{ destinations: ["a", "b"], delivery: options }];
      const named = Object.fromEntries(
        Object.entries(destinations).map(([name, fields]) => [name, { ...fields, kind: "discord" }]),
      );
      const result = parse(stringify({ destinations: named, routes }), {}, { pem: BOT_TOKEN });
      if (result.kind === "config") return;
      const shown = JSON.stringify(result.issues);
      expect(result.issues.length).toBeGreaterThan(0);
      for (const secret of [BOT_TOKEN, WEBHOOK_TOKEN]) expect(shown).not.toContain(secret);
    }),
    { numRuns: 300 },
  );
});
