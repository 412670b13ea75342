import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DiscordEmulator, startDiscordEmulator } from "../src/index.ts";
import { send } from "./support.ts";

let emulator: DiscordEmulator;
beforeAll(async () => {
  emulator = await startDiscordEmulator({ limits: "off" });
});
afterAll(() => emulator.close());

const post = (body: unknown, query = "") =>
  send("POST", `${emulator.description.channels.alerts.webhook_url}${query}`, body);
/** Outside the basic plane: two UTF-16 units, four bytes, one code point. */
const wide = (count: number) => "🔔".repeat(count);
const embed = (parts: object) => ({ embeds: [{ description: "d", ...parts }] });
const fields = (count: number) => Array.from({ length: count }, () => ({ name: "n", value: "v" }));
const at = (path: string, json: { errors: object }) =>
  path.split(".").reduce<unknown>((node, key) => (node as Record<string, unknown>)?.[key], json.errors);
const url = (count: number) => `https://example.org/${"x".repeat(count - 20)}`;

const lengths: readonly [
  name: string,
  maxCount: number,
  path: string,
  code: string,
  body: (count: number) => object,
][] = [
  ["content", 2000, "content", "BASE_TYPE_MAX_LENGTH", (count) => ({ content: wide(count) })],
  [
    "embeds",
    10,
    "embeds",
    "BASE_TYPE_MAX_LENGTH",
    (count) => ({ embeds: Array.from({ length: count }, () => ({ title: "t" })) }),
  ],
  ["embed title", 256, "embeds.0.title", "BASE_TYPE_MAX_LENGTH", (count) => embed({ title: wide(count) })],
  [
    "embed description",
    4096,
    "embeds.0.description",
    "BASE_TYPE_MAX_LENGTH",
    (count) => embed({ description: wide(count) }),
  ],
  ["embed fields", 25, "embeds.0.fields", "BASE_TYPE_MAX_LENGTH", (count) => embed({ fields: fields(count) })],
  [
    "field name",
    256,
    "embeds.0.fields.0.name",
    "BASE_TYPE_MAX_LENGTH",
    (count) => embed({ fields: [{ name: wide(count), value: "v" }] }),
  ],
  [
    "field value",
    1024,
    "embeds.0.fields.0.value",
    "BASE_TYPE_MAX_LENGTH",
    (count) => embed({ fields: [{ name: "n", value: wide(count) }] }),
  ],
  [
    "footer text",
    2048,
    "embeds.0.footer.text",
    "BASE_TYPE_MAX_LENGTH",
    (count) => embed({ footer: { text: wide(count) } }),
  ],
  [
    "author name",
    256,
    "embeds.0.author.name",
    "BASE_TYPE_MAX_LENGTH",
    (count) => embed({ author: { name: wide(count) } }),
  ],
  ["embed url", 2048, "embeds.0.url", "BASE_TYPE_MAX_LENGTH", (count) => embed({ url: url(count) })],
  ["image url", 2048, "embeds.0.image.url", "BASE_TYPE_MAX_LENGTH", (count) => embed({ image: { url: url(count) } })],
  ["username", 80, "username", "BASE_TYPE_BAD_LENGTH", (count) => ({ content: "c", username: wide(count) })],
  ["avatar_url", 2048, "avatar_url", "BASE_TYPE_MAX_LENGTH", (count) => ({ content: "c", avatar_url: url(count) })],
  [
    "allowed user ids",
    100,
    "allowed_mentions.users",
    "BASE_TYPE_MAX_LENGTH",
    (count) => ({
      content: "c",
      allowed_mentions: { users: Array.from({ length: count }, (_, index) => String(index)) },
    }),
  ],
  [
    "applied tags",
    5,
    "applied_tags",
    "BASE_TYPE_MAX_LENGTH",
    (count) => ({ content: "c", applied_tags: Array.from({ length: count }, () => "1") }),
  ],
  ["color", 16_777_215, "embeds.0.color", "NUMBER_TYPE_MAX", (count) => embed({ color: count })],
  [
    "poll question",
    300,
    "poll.question.text",
    "BASE_TYPE_BAD_LENGTH",
    (count) => ({ poll: { question: { text: wide(count) }, answers: [{ poll_media: { text: "a" } }] } }),
  ],
  [
    "poll answers",
    10,
    "poll.answers",
    "BASE_TYPE_BAD_LENGTH",
    (count) => ({
      poll: { question: { text: "q" }, answers: Array.from({ length: count }, () => ({ poll_media: { text: "a" } })) },
    }),
  ],
];

describe.each(lengths)("%s of %i", (_name, maxCount, path, code, body) => {
  test("is accepted, one more is refused where it stands", async () => {
    expect((await post(body(maxCount))).status).toBe(204);
    const { status, json } = await post(body(maxCount + 1));
    expect(status).toBe(400);
    expect(json).toMatchObject({ code: 50035, message: "Invalid Form Body" });
    expect(at(`${path}._errors`, json)).toMatchObject([{ code }]);
  });
});

test("counts 6,000 characters over all embeds, without URLs and timestamps", async () => {
  const half = {
    description: wide(2500),
    title: "t".repeat(200),
    footer: { text: "f".repeat(200) },
    author: { name: "a".repeat(90) },
    fields: [{ name: "n".repeat(4), value: "v".repeat(6) }],
  };
  const url = "https://example.org/not-counted";
  const body = { embeds: [{ ...half, url, timestamp: "2026-01-01T00:00:00Z" }, half] };
  expect((await post(body)).status).toBe(204);
  const { json } = await post({ embeds: [half, { ...half, title: "t".repeat(201) }] });
  expect(json.errors).toEqual({
    embeds: { _errors: [{ code: "MAX_EMBED_SIZE_EXCEEDED", message: "Embed size exceeds maximum size of 6000" }] },
  });
});

test("answers the exact error tree for several mistakes at once", async () => {
  const { json } = await post({
    content: "c".repeat(2001),
    embeds: [{ title: "t" }, { fields: [{ name: "", value: " " }], color: -1, url: "ftp://example.org" }],
  });
  expect(json).toEqual({
    message: "Invalid Form Body",
    code: 50035,
    errors: {
      content: { _errors: [{ code: "BASE_TYPE_MAX_LENGTH", message: "Must be 2000 or fewer in length." }] },
      embeds: {
        "1": {
          url: {
            _errors: [
              {
                code: "URL_TYPE_INVALID_SCHEME",
                message: `Scheme "ftp" is not supported. Scheme must be one of ('http', 'https').`,
              },
            ],
          },
          color: { _errors: [{ code: "NUMBER_TYPE_MIN", message: "int value should be greater than or equal to 0." }] },
          fields: {
            "0": {
              name: { _errors: [{ code: "BASE_TYPE_REQUIRED", message: "This field is required" }] },
              value: { _errors: [{ code: "BASE_TYPE_REQUIRED", message: "This field is required" }] },
            },
          },
        },
      },
    },
  });
});

const mistakes: readonly [name: string, body: object, path: string, error: object][] = [
  [
    "a number in words",
    { content: "c", flags: "many" },
    "flags",
    { code: "NUMBER_TYPE_COERCE", message: 'Value "many" is not int.' },
  ],
  [
    "an id with letters",
    { content: "c", applied_tags: ["x"] },
    "applied_tags.0",
    { code: "NUMBER_TYPE_COERCE", message: 'Value "x" is not snowflake.' },
  ],
  ["an embed that is no object", { embeds: ["x"] }, "embeds.0", { code: "MODEL_TYPE_CONVERT" }],
  ["embeds that are no list", { embeds: { title: "x" } }, "embeds", { code: "LIST_TYPE_CONVERT" }],
  [
    "a time in words",
    embed({ timestamp: "noon" }),
    "embeds.0.timestamp",
    { code: "DATE_TIME_TYPE_PARSE", message: "Could not parse noon. Should be ISO8601." },
  ],
  [
    "a name with discord in it",
    { content: "c", username: "My Discord bot" },
    "username",
    { code: "USERNAME_INVALID_CONTAINS", message: 'Username cannot contain "discord"' },
  ],
  ["a name with clyde in it", { content: "c", username: "CLYDE" }, "username", { code: "USERNAME_INVALID_CONTAINS" }],
  [
    "the name here",
    { content: "c", username: "here" },
    "username",
    { code: "USERNAME_INVALID", message: 'Username cannot be "here"' },
  ],
  [
    "mentions that are parsed and listed",
    { content: "c", allowed_mentions: { parse: ["users"], users: ["1"] } },
    "allowed_mentions",
    {
      code: "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
      message: 'parse:["users"] and users: [ids...] are mutually exclusive.',
    },
  ],
  [
    "an unknown kind of mention",
    { content: "c", allowed_mentions: { parse: ["all"] } },
    "allowed_mentions.parse.0",
    { code: "BASE_TYPE_CHOICES" },
  ],
  [
    "content beside components V2",
    { content: "c", flags: 32_768 },
    "content",
    { code: "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2" },
  ],
];

test.each(mistakes)("refuses %s", async (_name, body, path, error) => {
  const { status, json } = await post(body);
  expect([status, json.code]).toEqual([400, 50035]);
  expect(at(`${path}._errors`, json)).toMatchObject([error]);
});

const harmless: readonly [name: string, body: object][] = [
  ["members that it does not know", { content: "c", nonce: "n", enforce_nonce: true, wait: true, allow_mentions: {} }],
  [
    "null wherever something is optional",
    {
      content: "c",
      username: null,
      avatar_url: null,
      embeds: null,
      components: null,
      tts: null,
      flags: null,
      allowed_mentions: null,
    },
  ],
  [
    "null inside an embed",
    {
      embeds: [
        {
          title: "t",
          url: null,
          footer: { text: "f", icon_url: null },
          image: null,
          video: null,
          provider: null,
          author: null,
          fields: [],
        },
      ],
    },
  ],
  [
    "empty mention lists beside parse",
    { content: "c", allowed_mentions: { parse: ["users"], users: [], roles: null } },
  ],
  ["an empty timestamp", { embeds: [{ title: "t", timestamp: "" }] }],
  ["a timestamp without zone", { embeds: [{ title: "t", timestamp: "2026-01-02T03:04:05" }] }],
  ["a number as content", { content: 5 }],
  ["empty content beside an embed", { content: "", embeds: [{ title: "t" }] }],
];

test.each(harmless)("accepts %s", async (_name, body) => {
  expect((await post(body)).status).toBe(204);
});

test.each([
  [{}],
  [{ content: "" }],
  [{ content: " \n " }],
  [{ embeds: [] }],
  [{ embeds: [{}] }],
  [{ embeds: [{ color: 1 }] }],
  [{ components: [] }],
])("refuses %j as empty", async (body) => {
  const { status, json } = await post(body);
  expect(status).toBe(400);
  expect(json).toEqual({ message: "Cannot send an empty message", code: 50006 });
});

test("trims embed texts before counting", async () => {
  const { json } = await post(embed({ title: `  ${"t".repeat(256)}  ` }), "?wait=true");
  expect(json.embeds[0].title).toBe("t".repeat(256));
});

test("ignores flags that a sender may not set", async () => {
  const { json } = await post({ content: "c", flags: 4 + 64 + 4096 }, "?wait=true");
  expect(json.flags).toBe(4 + 4096);
});
