import { afterAll, beforeAll, expect, test } from "vitest";
import { type DiscordEmulator, startDiscordEmulator } from "../../src/index.ts";
import { type Answered, send, startEmulator } from "../support.ts";
import { type Anything, answer, beginWaiting, register } from "./support.ts";

let emulator: DiscordEmulator;
beforeAll(async () => {
  emulator = await startDiscordEmulator({ limits: "off" });
  const option = (type: number, name: string, more: object = {}) => ({ type, name, description: "d", ...more });
  await register(emulator, {
    name: "find",
    description: "d",
    options: [
      option(3, "text", { required: true, autocomplete: true, min_length: 3 }),
      option(4, "count", { autocomplete: true }),
      option(3, "plain"),
    ],
  });
  const inner = [option(10, "size", { autocomplete: true })];
  await register(emulator, { name: "tree", description: "d", options: [option(1, "leaf", { options: inner })] });
});
afterAll(() => emulator.close());

const body = (name: string, options: unknown) => {
  const { channels, users } = emulator.description;
  return { channel_id: channels.alerts.id, user_id: users.alice.id, name, options };
};
const focused = (name: string, value: unknown) => ({ name, value, focused: true });

/** Types, and answers as the application: what it got, how its answer was taken, and what was suggested. */
async function suggest(name: string, options: unknown, data: object) {
  const { control_url } = emulator.description;
  const typing: { answered?: Promise<Answered> } = {};
  const begun = await beginWaiting(emulator, () => {
    typing.answered = send("POST", `${control_url}/autocompletes`, body(name, options));
  });
  const taken = await answer(emulator, begun, { type: 8, data });
  // Whatever was refused, an empty list ends the waiting.
  if (taken.status !== 204) await answer(emulator, begun, { type: 8, data: {} });
  return { payload: begun.payload, taken, suggested: (await (typing.answered as Promise<Answered>)).json };
}

const choices = (count: number, value: unknown = "v") =>
  Array.from({ length: count }, (_, n) => ({ name: `n${n}`, value }));

test("an application suggests for the option that somebody types in", async () => {
  const { payload, taken, suggested } = await suggest("find", [focused("text", "a"), { name: "plain", value: "p" }], {
    choices: choices(25),
  });
  expect(payload).toMatchObject({
    type: 4,
    data: {
      name: "find",
      options: [
        { name: "text", type: 3, value: "a", focused: true },
        { name: "plain", type: 3, value: "p" },
      ],
    },
  });
  expect(taken.status).toBe(204);
  expect(suggested).toEqual({ choices: choices(25), status: "answered" });
});

test("in a subcommand, numbers for a number", async () => {
  const options = [{ name: "leaf", options: [focused("size", "1.")] }];
  const { payload, suggested } = await suggest("tree", options, { choices: choices(1, 1.5) });
  expect(payload.data.options).toEqual([
    { name: "leaf", type: 1, options: [{ name: "size", type: 10, value: "1.", focused: true }] },
  ]);
  expect(suggested.choices).toEqual(choices(1, 1.5));
});

const refusedAnswers: readonly [name: string, options: unknown, data: object, path: string][] = [
  ["26 choices", [focused("text", "a")], { choices: choices(26) }, "choices"],
  ["a name of 101", [focused("text", "a")], { choices: [{ name: "n".repeat(101), value: "v" }] }, "choices.0.name"],
  ["no name", [focused("text", "a")], { choices: [{ name: "", value: "v" }] }, "choices.0.name"],
  ["a value of 101", [focused("text", "a")], { choices: choices(1, "v".repeat(101)) }, "choices.0.value"],
  ["text for a whole number", [focused("count", "1")], { choices: choices(1, "x") }, "choices.0.value"],
  ["a fraction for a whole number", [focused("count", "1")], { choices: choices(1, 1.5) }, "choices.0.value"],
];

test.each(refusedAnswers)("does not take %s", async (_name, options, data, path) => {
  const { taken } = await suggest("find", options, data);
  expect([taken.status, taken.json.code]).toEqual([400, 50035]);
  const place = path.split(".").reduce((errors, step) => errors[step], taken.json.errors.data as Anything);
  expect(place._errors).toHaveLength(1);
});

test("a message is no answer to somebody who types", async () => {
  const { taken } = await suggest("find", [focused("text", "a")], {});
  expect(taken.status).toBe(204);
  const url = `${emulator.description.control_url}/autocompletes`;
  const begun = await beginWaiting(emulator, () => send("POST", url, body("find", [focused("text", "a")])));
  for (const type of [4, 5, 6, 7, 9]) {
    const refused = await answer(emulator, begun, { type, data: { content: "c" } });
    expect(refused.json.errors.type._errors[0].message).toBe("Value must be one of (8).");
  }
  await answer(emulator, begun, { type: 8 });
});

const wrong: readonly [name: string, options: unknown][] = [
  ["nobody types anywhere", [{ name: "text", value: "a" }]],
  ["somebody types in two places", [focused("text", "a"), focused("count", 1)]],
  ["somebody types where nothing is suggested", [focused("plain", "a")]],
  ["the option does not exist", [focused("other", "a")]],
  ["the value is no single value", [focused("text", {})]],
  ["there are no options", undefined],
];

test.each(wrong)("refuses when %s", async (_name, options) => {
  const refused = await send("POST", `${emulator.description.control_url}/autocompletes`, body("find", options));
  expect([refused.status, refused.json.error.details[0].where.startsWith("options")]).toEqual([400, true]);
});

test("suggests nothing when the application has failed", async () => {
  let at = Date.UTC(2026, 0, 1);
  await using own = await startEmulator({ now: () => at });
  const option = { type: 3, name: "text", description: "d", autocomplete: true };
  await register(own, { name: "find", description: "d", options: [option] });
  const { control_url, channels, users } = own.description;
  const call = {
    channel_id: channels.alerts.id,
    user_id: users.alice.id,
    name: "find",
    options: [focused("text", "")],
  };
  const typing: { answered?: Promise<Answered> } = {};
  await beginWaiting(own, () => {
    typing.answered = send("POST", `${control_url}/autocompletes`, call);
  });
  at += 3001;
  await send("GET", `${control_url}/stats`);
  expect((await typing.answered)?.json).toEqual({ choices: [], status: "failed" });
});
