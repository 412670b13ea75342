import { afterAll, beforeAll, expect, test } from "vitest";
import { type DiscordEmulator, startDiscordEmulator } from "../../src/index.ts";
import { control, send, startEmulator } from "../support.ts";
import {
  type Anything,
  answer,
  type Begun,
  begin,
  byToken,
  click,
  createClock,
  pageEvents,
  register,
  runCommand,
} from "./support.ts";

let emulator: DiscordEmulator;
beforeAll(async () => {
  emulator = await startDiscordEmulator({ limits: "off" });
  await register(emulator, { name: "ask", description: "d" });
});
afterAll(() => emulator.close());

const input = (more: object = {}) => ({ type: 4, custom_id: "text", style: 1, ...more });
const label = (component: object, more: object = {}) => ({ type: 18, label: "l", component, ...more });
const modal = (...components: object[]) => ({ custom_id: "m", title: "t", components });
const options = (count: number) => Array.from({ length: count }, (_, n) => ({ label: `l${n}`, value: `v${n}` }));

/** Answers a click with a modal. */
async function open(data: object): Promise<Begun & { readonly status: number; readonly json: Anything }> {
  const begun = await click(emulator);
  const { status, json } = await answer(emulator, begun, { type: 9, data });
  return { ...begun, status, json };
}
const submission = ({ payload }: Begun, fields: object, more: object = {}) => ({
  interaction_id: payload.id,
  user_id: emulator.description.users.alice.id,
  fields,
  ...more,
});
const submit = (opened: Begun, fields: object, more: object = {}) =>
  send("POST", `${emulator.description.control_url}/modals`, submission(opened, fields, more));

const good: readonly [name: string, data: object][] = [
  ["a label with a text input", modal(label(input()))],
  ["five components", modal(...[1, 2, 3, 4, 5].map((n) => label(input({ custom_id: `c${n}` }))))],
  ["a title of 45", { ...modal(label(input())), title: "🔔".repeat(45) }],
  ["a custom id of 100", { ...modal(label(input())), custom_id: "m".repeat(100) }],
  [
    "a label of 45 with a description of 100",
    modal(label(input(), { label: "l".repeat(45), description: "d".repeat(100) })),
  ],
  ["the older row with a text input", modal({ type: 1, components: [input({ label: "l" })] })],
  ["texts beside fields", modal({ type: 10, content: "t" }, label(input()))],
  [
    "text bounds of 4,000",
    modal(label(input({ min_length: 4000, max_length: 4000, value: "v".repeat(4000), placeholder: "p".repeat(100) }))),
  ],
  [
    "every kind of select",
    modal(
      ...[3, 5, 6, 7, 8].map((type) =>
        label({ type, custom_id: `s${type}`, ...(type === 3 ? { options: options(25) } : {}) }),
      ),
    ),
  ],
  ["a file upload of ten", modal(label({ type: 19, custom_id: "f", min_values: 0, max_values: 10, required: false }))],
  [
    "groups of ten",
    modal(
      label({ type: 21, custom_id: "r", options: options(10) }),
      label({ type: 22, custom_id: "c", options: options(10) }),
      label({ type: 23, custom_id: "b" }),
    ),
  ],
];

test.each(good)("opens a modal with %s", async (_name, data) => {
  const { status, payload } = await open(data);
  expect(status).toBe(204);
  const view = (await send("GET", `${emulator.description.control_url}/interactions/${payload.id}`)).json;
  expect(view).toMatchObject({ status: "answered", response: { type: 9, modal: data } });
});

const bad: readonly [name: string, data: object, path: string][] = [
  ["no components", modal(), "components"],
  ["six components", modal(...[1, 2, 3, 4, 5, 6].map((n) => label(input({ custom_id: `c${n}` })))), "components"],
  ["no title", { custom_id: "m", components: [label(input())] }, "title"],
  ["a title of 46", { ...modal(label(input())), title: "t".repeat(46) }, "title"],
  ["an empty custom id", { ...modal(label(input())), custom_id: "" }, "custom_id"],
  ["a custom id of 101", { ...modal(label(input())), custom_id: "m".repeat(101) }, "custom_id"],
  ["a label of 46", modal(label(input(), { label: "l".repeat(46) })), "components.0.label"],
  ["a description of 101", modal(label(input(), { description: "d".repeat(101) })), "components.0.description"],
  ["a label without a component", modal({ type: 18, label: "l" }), "components.0.component"],
  [
    "a button in a label",
    modal(label({ type: 2, style: 1, custom_id: "b", label: "l" })),
    "components.0.component.type",
  ],
  [
    "a button in a row",
    modal({ type: 1, components: [{ type: 2, style: 1, custom_id: "b", label: "l" }] }),
    "components.0.components.0.type",
  ],
  [
    "two inputs in a row",
    modal({ type: 1, components: [input({ label: "l" }), input({ label: "l", custom_id: "o" })] }),
    "components.0.components",
  ],
  ["an input in a row without a label", modal({ type: 1, components: [input()] }), "components.0.components.0.label"],
  ["an input on the top", modal(input()), "components.0.type"],
  ["a third style", modal(label(input({ style: 3 }))), "components.0.component.style"],
  ["a placeholder of 101", modal(label(input({ placeholder: "p".repeat(101) }))), "components.0.component.placeholder"],
  ["a value of 4,001", modal(label(input({ value: "v".repeat(4001) }))), "components.0.component.value"],
  ["a longest of 4,001", modal(label(input({ max_length: 4001 }))), "components.0.component.max_length"],
  ["a longest of 0", modal(label(input({ max_length: 0 }))), "components.0.component.max_length"],
  [
    "a least above the most",
    modal(label(input({ min_length: 3, max_length: 2 }))),
    "components.0.component.min_length",
  ],
  ["one custom id twice", modal(label(input()), label(input())), "components.1.component.custom_id"],
  ["a disabled select", modal(label({ type: 5, custom_id: "s", disabled: true })), "components.0.component.disabled"],
  ["a string select without options", modal(label({ type: 3, custom_id: "s" })), "components.0.component.options"],
  [
    "a required select that takes nothing",
    modal(label({ type: 5, custom_id: "s", min_values: 0 })),
    "components.0.component.min_values",
  ],
  [
    "a radio group of one",
    modal(label({ type: 21, custom_id: "r", options: options(1) })),
    "components.0.component.options",
  ],
  [
    "a checkbox group of eleven",
    modal(label({ type: 22, custom_id: "c", options: options(11) })),
    "components.0.component.options",
  ],
  [
    "a file upload of eleven",
    modal(label({ type: 19, custom_id: "f", max_values: 11 })),
    "components.0.component.max_values",
  ],
];

test.each(bad)("refuses a modal with %s", async (_name, data, path) => {
  const { status, json } = await open(data);
  expect([status, json.code]).toEqual([400, 50035]);
  const place = path.split(".").reduce((errors, step) => errors?.[step], json.errors.data);
  expect(place?._errors).toHaveLength(1);
});

test("a submission reaches the application as the modal was built", async () => {
  const { users, application_id } = emulator.description;
  const opened = await open(
    modal(
      { type: 10, content: "t" },
      label(input({ custom_id: "name" })),
      label({ type: 3, custom_id: "pick", options: options(3), max_values: 2 }),
      label({ type: 5, custom_id: "who" }),
      label({ type: 19, custom_id: "files" }),
    ),
  );
  const { view, payload } = await begin(
    emulator,
    "/modals",
    submission(opened, {
      name: "db1",
      pick: ["v0", "v2"],
      who: [users.bob.id],
      files: [{ filename: "a.txt", content_base64: Buffer.from("log").toString("base64") }],
    }),
  );
  expect(view).toMatchObject({ type: 5, application_id, status: "pending" });
  const [fileId] = payload.data.components[4].component.values;
  expect(payload).toMatchObject({
    type: 5,
    message: { id: opened.payload.message.id },
    member: { user: { id: users.alice.id } },
    data: {
      custom_id: "m",
      components: [
        { type: 10, id: 1 },
        { type: 18, id: 2, component: { type: 4, id: 3, custom_id: "name", value: "db1" } },
        { type: 18, component: { type: 3, custom_id: "pick", values: ["v0", "v2"] } },
        { type: 18, component: { type: 5, custom_id: "who", values: [users.bob.id] } },
        { type: 18, component: { type: 19, custom_id: "files", values: [fileId] } },
      ],
      resolved: { users: { [users.bob.id]: {} }, attachments: { [fileId]: { filename: "a.txt", size: 3 } } },
    },
  });
});

test("the older rows are submitted as rows", async () => {
  const opened = await open(modal({ type: 1, components: [input({ label: "l" })] }));
  const { payload } = await begin(emulator, "/modals", submission(opened, { text: "t" }));
  expect(payload.data.components).toEqual([
    { type: 1, id: 1, components: [{ type: 4, id: 2, custom_id: "text", value: "t" }] },
  ]);
});

const filled: readonly [name: string, component: object, value: unknown, isGood: boolean][] = [
  ["nothing into a required text", input(), "", false],
  ["nothing into an optional text", input({ required: false, min_length: 3 }), "", true],
  ["too short a text", input({ min_length: 2 }), "a", false],
  ["the shortest text", input({ min_length: 2 }), "🔔🔔", true],
  ["the longest text", input({ max_length: 2 }), "🔔🔔", true],
  ["too long a text", input({ max_length: 2 }), "abc", false],
  ["a list into a text", input(), ["a"], false],
  ["one radio button", { type: 21, options: options(2) }, "v1", true],
  ["one radio button as a list", { type: 21, options: options(2) }, ["v1"], true],
  ["two radio buttons", { type: 21, options: options(2) }, ["v0", "v1"], false],
  ["no radio button", { type: 21, options: options(2) }, [], false],
  ["no radio button where none is needed", { type: 21, options: options(2), required: false }, [], true],
  ["all boxes of a group", { type: 22, options: options(3) }, ["v0", "v1", "v2"], true],
  ["no box of a group", { type: 22, options: options(3) }, [], false],
  ["no box where none is needed", { type: 22, options: options(3), required: false }, [], true],
  ["too many boxes", { type: 22, options: options(3), max_values: 1 }, ["v0", "v1"], false],
  ["a checked box", { type: 23 }, true, true],
  ["text into a box", { type: 23 }, "true", false],
  ["an unknown option", { type: 3, options: options(2) }, ["v9"], false],
  ["nothing into an optional select", { type: 3, options: options(2), required: false }, [], true],
  ["no file where one is needed", { type: 19 }, [], false],
  ["no file where none is needed", { type: 19, required: false }, [], true],
  [
    "two files where one fits",
    { type: 19 },
    [
      { filename: "a", content: "" },
      { filename: "b", content: "" },
    ],
    false,
  ],
];

test.each(filled)("fills in %s", async (_name, component, value, isGood) => {
  const opened = await open(modal(label({ custom_id: "text", ...component })));
  const { status, json } = await submit(opened, { text: value });
  expect(status).toBe(isGood ? 201 : 400);
  if (!isGood) expect(json.error.details[0].where).toMatch(/^fields\.text/);
});

test("what is not filled in keeps its default", async () => {
  const chosen = [
    { label: "a", value: "a" },
    { label: "b", value: "b", default: true },
  ];
  const opened = await open(
    modal(
      label(input({ value: "v" })),
      label({ type: 3, custom_id: "s", options: chosen }),
      label({ type: 23, custom_id: "b", default: true }),
    ),
  );
  const { payload } = await begin(emulator, "/modals", submission(opened, {}));
  expect(payload.data.components.map(({ component }: Anything) => component.value ?? component.values)).toEqual([
    "v",
    ["b"],
    true,
  ]);
});

test("only who has the modal open sends it off, once, with its own fields", async () => {
  const opened = await open(modal(label(input())));
  const { bob } = emulator.description.users;
  expect((await submit(opened, { text: "t" }, { user_id: bob.id })).status).toBe(404);
  expect((await submit(opened, { text: "t" }, { interaction_id: "1" })).status).toBe(404);
  expect((await submit(opened, { text: "t", other: "x" })).json.error.details[0].where).toBe("fields.other");
  expect((await submit(opened, {}, { fields: "t" })).json.error.details[0].where).toBe("fields");
  expect((await submit(opened, { text: "t" })).status).toBe(201);
  expect((await submit(opened, { text: "t" })).status).toBe(400);
  const plain = await click(emulator);
  expect((await submit(plain, { text: "t" })).status).toBe(404);
});

test("after a failed submission the modal is still open", async () => {
  const clock = createClock();
  await using own = await startEmulator({ now: clock.now });
  const begun = await click(own);
  await answer(own, begun, { type: 9, data: modal(label(input())) });
  const body = { interaction_id: begun.payload.id, user_id: own.description.users.alice.id, fields: { text: "t" } };
  const first = await control(own, "POST", "/modals", body);
  expect((await send("POST", `${own.description.control_url}/modals`, body)).status).toBe(400);
  clock.advance(3001);
  expect((await send("GET", `${own.description.control_url}/interactions/${first.id}`)).json.status).toBe("failed");
  expect((await send("POST", `${own.description.control_url}/modals`, body)).status).toBe(201);
});

test("a modal of a component updates its message; one of a command has none to update", async () => {
  const opened = await open(modal(label(input())));
  const fromClick = await begin(emulator, "/modals", submission(opened, { text: "t" }));
  const events = await pageEvents(emulator, () =>
    answer(emulator, fromClick, { type: 7, data: { content: "filled" } }),
  );
  expect(events[0]).toMatchObject({ t: "MESSAGE_UPDATE", d: { id: opened.payload.message.id, content: "filled" } });

  const asked = await runCommand(emulator, "ask");
  await answer(emulator, asked, { type: 9, data: modal(label(input())) });
  const fromCommand = await begin(emulator, "/modals", submission(asked, { text: "t" }));
  expect(fromCommand.payload.message).toBeUndefined();
  for (const type of [6, 7]) {
    expect((await answer(emulator, fromCommand, { type })).json.errors.type._errors[0].code).toBe("BASE_TYPE_CHOICES");
  }
  const { json } = await answer(emulator, fromCommand, { type: 4, data: { content: "c" } }, "?with_response=1");
  expect(json.resource.message.interaction_metadata).toMatchObject({
    id: fromCommand.payload.id,
    type: 5,
    triggering_interaction_metadata: { id: asked.payload.id, type: 2 },
  });
});

test("a modal is not answered with another one", async () => {
  const opened = await open(modal(label(input())));
  const submitted = await begin(emulator, "/modals", submission(opened, { text: "t" }));
  const refused = await answer(emulator, submitted, { type: 9, data: modal(label(input())) });
  expect(refused.json.errors.type._errors[0].message).toBe("Value must be one of (4, 5, 6, 7).");
});

test("an interaction that was answered with a modal has no original message, but followups", async () => {
  const opened = await open(modal(label(input())));
  expect((await byToken(emulator, opened, "GET", "/messages/@original")).json.code).toBe(10008);
  const followup = await byToken(emulator, opened, "POST", "", { content: "c" });
  expect(followup.json).toMatchObject({ content: "c", type: 0 });
});
