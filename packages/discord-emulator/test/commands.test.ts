import { temporaryDirectory } from "@tocsin/testkit";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DiscordEmulator, startDiscordEmulator } from "../src/index.ts";
import { asBot, send, startEmulator } from "./support.ts";

let emulator: DiscordEmulator;
let now = Date.UTC(2026, 0, 1);
beforeAll(async () => {
  emulator = await startDiscordEmulator({ limits: "off", now: () => now });
});
afterAll(() => emulator.close());

const app = () => `/applications/${emulator.description.application_id}`;
const everywhere = () => `${app()}/commands`;
const inGuild = () => `${app()}/guilds/${emulator.description.guild_id}/commands`;
const call = (method: string, path: string, body?: unknown) => asBot(emulator, method, path, body);
const create = (body: unknown) => call("POST", everywhere(), body);
const clear = async () => {
  await call("PUT", everywhere(), []);
  await call("PUT", inGuild(), []);
  // Another day: yesterday's creations count no more.
  now += 86_400_000;
};
const slash = (more: object = {}) => ({ name: "ack", description: "Acknowledges", ...more });
const option = (more: object = {}) => ({ type: 3, name: "alert", description: "Which one", ...more });
const complaint = (json: { errors: object }) => JSON.stringify(json.errors);

describe.each([
  ["global", everywhere],
  ["guild", inGuild],
])("%s commands", (_name, base) => {
  test("are created with 201, overwritten by name with 200, read, changed and deleted", async () => {
    await clear();
    const created = await call("POST", base(), slash());
    expect(created).toMatchObject({
      status: 201,
      json: { type: 1, name: "ack", description: "Acknowledges", application_id: emulator.description.application_id },
    });
    const same = await call("POST", base(), slash());
    expect(same).toMatchObject({ status: 200, json: { id: created.json.id, version: created.json.version } });
    const over = await call("POST", base(), slash({ description: "Other", options: [option()] }));
    expect(over).toMatchObject({ status: 200, json: { id: created.json.id, description: "Other" } });
    expect(over.json.version).not.toBe(created.json.version);
    const path = `${base()}/${created.json.id}`;
    expect((await call("GET", path)).json).toEqual(over.json);
    const changed = await call("PATCH", path, { name: "resolve", default_member_permissions: "0" });
    expect(changed.json).toMatchObject({ name: "resolve", default_member_permissions: "0", options: [option()] });
    expect((await call("PATCH", path, { options: [] })).json).not.toHaveProperty("options");
    expect((await call("GET", base())).json).toHaveLength(1);
    expect((await call("DELETE", path)).status).toBe(204);
    for (const method of ["GET", "PATCH", "DELETE"]) {
      expect(await call(method, path, method === "PATCH" ? {} : undefined)).toMatchObject({
        status: 404,
        json: { code: 10063 },
      });
    }
  });

  test("are overwritten as a whole: what stays keeps its id, what is not named goes", async () => {
    await clear();
    const first = (await call("POST", base(), slash())).json;
    await call("POST", base(), slash({ name: "old" }));
    const all = (await call("PUT", base(), [slash({ description: "New" }), { type: 3, name: "Page someone" }])).json;
    expect(all).toMatchObject([
      { id: first.id, description: "New" },
      { type: 3, name: "Page someone", description: "" },
    ]);
    expect((await call("GET", `${base()}?with_localizations=true`)).json).toEqual(all);
    const swapped = await call("PUT", base(), [
      slash({ id: first.id, name: "b" }),
      { id: all[1].id, type: 3, name: "ack" },
    ]);
    expect(swapped.json).toMatchObject([
      { id: first.id, name: "b" },
      { id: all[1].id, name: "ack" },
    ]);
    expect(complaint((await call("PUT", base(), [slash(), slash()])).json)).toContain(
      "APPLICATION_COMMANDS_DUPLICATE_NAME",
    );
    expect((await call("PUT", base(), {})).json.code).toBe(50035);
  });
});

test("takes one name once for each type, globally and in a guild", async () => {
  await clear();
  for (const type of [1, 2, 3]) {
    const body = { type, name: "ack", ...(type === 1 ? { description: "d" } : {}) };
    expect((await create(body)).status).toBe(201);
    expect((await call("POST", inGuild(), body)).status).toBe(201);
  }
  const other = (await create(slash({ name: "other" }))).json;
  expect(await call("PATCH", `${everywhere()}/${other.id}`, { name: "ack" })).toMatchObject({
    status: 400,
    json: { code: 40041 },
  });
});

test("holds 100 slash commands, 15 of each menu and 1 entry point", async () => {
  for (const [type, count] of [
    [1, 100],
    [2, 15],
    [3, 15],
    [4, 1],
  ] as const) {
    await clear();
    const named = (index: number) => ({
      type,
      name: `c${index}`,
      ...(type === 1 ? { description: "d" } : {}),
      ...(type === 4 ? { handler: 1 } : {}),
    });
    const all = Array.from({ length: count }, (_, index) => named(index));
    expect((await call("PUT", everywhere(), all)).json).toHaveLength(count);
    expect(await create(named(count))).toMatchObject({ status: 400, json: { code: 30032 } });
    expect((await create(named(0))).status).toBe(200);
  }
  expect(complaint((await call("POST", inGuild(), { type: 4, name: "launch" })).json)).toContain("BASE_TYPE_CHOICES");
});

test("creates 200 commands in a day and guild; overwriting what is there is free", async () => {
  await clear();
  for (let round = 0; round < 2; round += 1) {
    const all = Array.from({ length: 100 }, (_, index) => slash({ name: `r${round}-${index}` }));
    expect((await call("PUT", inGuild(), all)).status).toBe(200);
    expect((await call("PUT", inGuild(), all)).status).toBe(200);
  }
  await call("PUT", inGuild(), []);
  expect(await call("POST", inGuild(), slash())).toMatchObject({ status: 400, json: { code: 30034 } });
  expect((await create(slash())).status).toBe(201);
  now += 86_400_000;
  expect((await call("POST", inGuild(), slash())).status).toBe(201);
});

const refused: readonly [what: string, body: object, code: string][] = [
  ["capitals in a slash command", slash({ name: "Ack" }), "APPLICATION_COMMAND_INVALID_NAME"],
  ["a space in a slash command", slash({ name: "ack it" }), "APPLICATION_COMMAND_INVALID_NAME"],
  ["no name", { description: "d" }, "BASE_TYPE_REQUIRED"],
  ["no description", { name: "ack" }, "BASE_TYPE_REQUIRED"],
  ["a description in a menu", { type: 2, name: "Page", description: "d" }, "CONTEXT_MENU_DESCRIPTION_CANNOT_BE_SET"],
  ["options in a menu", { type: 3, name: "Page", options: [option()] }, "CONTEXT_MENU_CANNOT_HAVE_OPTIONS"],
  ["an unknown type", slash({ type: 5 }), "BASE_TYPE_CHOICES"],
  ["an unknown language", slash({ name_localizations: { xx: "ack" } }), "BASE_TYPE_CHOICES"],
  ["a translation against the rule", slash({ name_localizations: { de: "Quittieren" } }), "INVALID_NAME"],
  ["permissions in words", slash({ default_member_permissions: "all" }), "NUMBER_TYPE_COERCE"],
  ["no context at all", slash({ contexts: [] }), "BASE_TYPE_BAD_LENGTH"],
  [
    "a required option behind an optional one",
    slash({ options: [option(), option({ name: "b", required: true })] }),
    "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
  ],
  ["two options of one name", slash({ options: [option(), option()] }), "OPTIONS_NAME_ALREADY_EXISTS"],
  ["an unknown type of option", slash({ options: [option({ type: 12 })] }), "BASE_TYPE_CHOICES"],
  [
    "a subcommand beside a parameter",
    slash({ options: [option({ type: 1 }), option({ name: "b" })] }),
    "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
  ],
  [
    "a group in a group",
    slash({ options: [option({ type: 2, options: [option({ type: 2 })] })] }),
    "BASE_TYPE_CHOICES",
  ],
  [
    "choices beside autocomplete",
    slash({ options: [option({ autocomplete: true, choices: [{ name: "a", value: "a" }] })] }),
    "AUTOCOMPLETE",
  ],
  ["choices of a boolean", slash({ options: [option({ type: 5, choices: [{ name: "a", value: "a" }] })] }), "CHOICES"],
  ["a least length above the most", slash({ options: [option({ min_length: 3, max_length: 2 })] }), "NUMBER_TYPE_MAX"],
  [
    "a least value above the most",
    slash({ options: [option({ type: 4, min_value: 2, max_value: 1 })] }),
    "NUMBER_TYPE_MAX",
  ],
  [
    "text as the choice of a number",
    slash({ options: [option({ type: 4, choices: [{ name: "a", value: "a" }] })] }),
    "NUMBER_TYPE_COERCE",
  ],
];

test.each(refused)("refuses %s", async (_what, body, code) => {
  const { status, json } = await create(body);
  expect([status, json.code]).toEqual([400, 50035]);
  expect(complaint(json)).toContain(code);
});

test("takes names in every script, and the whole depth: command, group, subcommand, parameters", async () => {
  await clear();
  for (const name of ["ação", "警報", "चेतावनी", "แจ้งเตือน", "on-call_2", "l'alerte"]) {
    expect((await create(slash({ name }))).status).toBe(201);
  }
  const parameters = [
    option({ name: "text", min_length: 0, max_length: 6000, required: true }),
    option({ type: 4, name: "count", min_value: 1, max_value: 9, choices: [{ name: "one", value: 1 }] }),
    option({ type: 7, name: "where", channel_types: [0, 5] }),
    option({ type: 10, name: "ratio", min_value: -0.5, autocomplete: true }),
  ];
  const options = [
    option({ type: 2, name: "group", options: [option({ type: 1, name: "sub", options: parameters })] }),
  ];
  expect((await create(slash({ name: "deep", options }))).json.options).toMatchObject(options);
});

/** Outside the basic plane: two UTF-16 units, one code point. No letters, so that only lengths are judged. */
const wide = (count: number) => "🔔".repeat(count);
/** Letters outside the basic plane without capitals: allowed in names. */
const wideName = (count: number) => "𒀀".repeat(count);
const lengths: readonly [what: string, maxCount: number, body: (count: number) => object][] = [
  ["name", 32, (count) => slash({ name: wideName(count) })],
  ["name of a menu", 32, (count) => ({ type: 2, name: wide(count) })],
  ["translated name", 32, (count) => slash({ name_localizations: { ja: wideName(count) } })],
  ["description", 100, (count) => slash({ description: wide(count) })],
  ["translated description", 100, (count) => slash({ description_localizations: { ja: wide(count) } })],
  ["options", 25, (count) => slash({ options: Array.from({ length: count }, (_, i) => option({ name: `o${i}` })) })],
  ["name of an option", 32, (count) => slash({ options: [option({ name: wideName(count) })] })],
  ["description of an option", 100, (count) => slash({ options: [option({ description: wide(count) })] })],
  [
    "choices",
    25,
    (count) =>
      slash({
        options: [option({ choices: Array.from({ length: count }, (_, i) => ({ name: `${i}`, value: `${i}` })) })],
      }),
  ],
  ["name of a choice", 100, (count) => slash({ options: [option({ choices: [{ name: wide(count), value: "v" }] })] })],
  ["value of a choice", 100, (count) => slash({ options: [option({ choices: [{ name: "n", value: wide(count) }] })] })],
  ["min_length", 6000, (count) => slash({ options: [option({ min_length: count })] })],
  ["max_length", 6000, (count) => slash({ options: [option({ max_length: count })] })],
];

test.each(lengths)("%s: %i fit, one more does not", async (_what, maxCount, body) => {
  await clear();
  expect((await create(body(maxCount))).status).toBe(201);
  expect(await create(body(maxCount + 1))).toMatchObject({ status: 400, json: { code: 50035 } });
});

test("a command with all that is in it has 8,000 characters, of translations the longest", async () => {
  await clear();
  // Each option counts 3 + 1 + 25 × (100 + 100) = 5,004; the command 1 + 1.
  const choices = Array.from({ length: 25 }, () => ({ name: wide(100), value: wide(100) }));
  const sized = (rest: number) => ({
    name: "c",
    description: "d",
    options: [
      option({ name: "abc", description: "d", choices }),
      option({
        name: "e",
        description: "d",
        description_localizations: { de: "dd" },
        choices: Array.from({ length: 15 }, (_, index) => ({
          name: "n".repeat(100),
          value: "v".repeat(index === 0 ? rest : 99),
        })),
      }),
    ],
  });
  // 2 + 5,004 + 1 + 2 + 15 × 100 + 14 × 99 = 7,895.
  expect((await create(sized(100))).status).toBe(201);
  await clear();
  const body = sized(100);
  const [first, second] = body.options as [object, { description_localizations: object }];
  const atLimit = (count: number) => ({
    ...body,
    options: [first, { ...second, description_localizations: { de: "d".repeat(count) } }],
  });
  // 7,993 without the description of the second option.
  expect((await create(atLimit(7))).status).toBe(201);
  expect(complaint((await create(atLimit(8))).json)).toContain("APPLICATION_COMMAND_TOO_LARGE");
});

test("lists translations on request, or the text in the language that is asked for", async () => {
  await clear();
  await create(
    slash({
      name_localizations: { de: "quittieren" },
      options: [option({ description_localizations: { de: "Welcher" } })],
    }),
  );
  const [full] = (await call("GET", `${everywhere()}?with_localizations=1`)).json;
  expect(full).toMatchObject({ name_localizations: { de: "quittieren" } });
  const [plain] = (await call("GET", everywhere())).json;
  expect(plain).not.toHaveProperty("name_localizations");
  const [german] = (
    await send("GET", `${emulator.description.api_url}/v10${everywhere()}`, undefined, {
      authorization: `Bot ${emulator.description.bot_token}`,
      "x-discord-locale": "de",
    })
  ).json;
  expect(german).toMatchObject({ name_localized: "quittieren", options: [{ description_localized: "Welcher" }] });
});

test("keeps applications to themselves, and guilds to their members", async () => {
  expect((await call("GET", "/applications/123456789012345678/commands")).json.code).toBe(10002);
  expect((await call("GET", `${app()}/guilds/123456789012345678/commands`)).json.code).toBe(10004);
});

test("permissions are set in a user's name only: not by bots, not by members who do not manage the guild", async () => {
  await clear();
  const { id } = (await create(slash())).json;
  const path = `${inGuild()}/${id}/permissions`;
  const permissions = [{ id: emulator.description.users.alice.id, type: 2, permission: true }];
  expect(await call("GET", path)).toMatchObject({ status: 404, json: { code: 10066 } });
  expect(await call("PUT", path, { permissions })).toMatchObject({ status: 403, json: { code: 20001 } });
  const url = `${emulator.description.api_url}/v10${path}`;
  const bearer = async (userId: string) => {
    const answer = await send("POST", `${emulator.description.control_url}/bearer-tokens`, { user_id: userId });
    return { authorization: `Bearer ${answer.json.access_token}` };
  };
  const guild = (await call("GET", `/guilds/${emulator.description.guild_id}`)).json;
  const owner = await bearer(guild.owner_id);
  expect(await send("PUT", url, { permissions }, { authorization: "Bearer x" })).toMatchObject({ status: 401 });
  expect(await send("PUT", url, { permissions }, await bearer(emulator.description.users.bob.id))).toMatchObject({
    json: { code: 50013 },
  });
  const set = await send("PUT", url, { permissions }, owner);
  expect(set).toMatchObject({
    status: 200,
    json: { id, application_id: emulator.description.application_id, guild_id: guild.id, permissions },
  });
  expect((await call("GET", path)).json).toEqual(set.json);
  expect((await call("GET", `${inGuild()}/permissions`)).json).toEqual([set.json]);
  const many = (count: number) => ({
    permissions: Array.from({ length: count }, (_, i) => ({ ...permissions[0], id: `${i}` })),
  });
  expect((await send("PUT", url, many(100), owner)).status).toBe(200);
  expect((await send("PUT", url, many(101), owner)).json.code).toBe(50035);
  await call("DELETE", `${everywhere()}/${id}`);
  expect((await call("GET", path)).json.code).toBe(10066);
});

test("a name is taken exactly when it is one lower-case word of letters, digits, hyphen, underscore and apostrophe", async () => {
  await clear();
  const character = fc.constantFrom(..."aZ0-_' .!ßÄéक็ก警🔔\u200b");
  await fc.assert(
    fc.asyncProperty(fc.array(character, { minLength: 1, maxLength: 6 }), async (characters) => {
      const name = characters.join("");
      const isAllowed = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]+$/u.test(name) && name === name.toLowerCase();
      const { status } = await call("PUT", everywhere(), [slash({ name })]);
      now += 86_400_000;
      expect([name, status]).toEqual([name, isAllowed ? 200 : 400]);
    }),
    { numRuns: 60 },
  );
});

test("commands survive a restart", async () => {
  await using directory = await temporaryDirectory();
  const dataDir = directory.path;
  const first = await startEmulator({ dataDir });
  const path = `/applications/${first.description.application_id}/commands`;
  const { json } = await asBot(first, "POST", path, slash());
  await first.close();
  await using second = await startEmulator({ dataDir });
  expect((await asBot(second, "GET", `${path}?with_localizations=true`)).json).toEqual([json]);
});
