import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DiscordEmulator, startDiscordEmulator } from "../../src/index.ts";
import { send } from "../support.ts";
import { type Anything, answer, button, click, postComponents, register, row } from "./support.ts";

const RUNS = { seed: 7, numRuns: 150 };

let emulator: DiscordEmulator;
let known: Record<string, string>;
beforeAll(async () => {
  emulator = await startDiscordEmulator({ limits: "off" });
  const options = [
    { type: 3, name: "text", description: "d", autocomplete: true },
    { type: 6, name: "who", description: "d" },
    { type: 11, name: "file", description: "d" },
  ];
  await register(emulator, { name: "all", description: "d", options });
  const select = { type: 3, custom_id: "s", options: [{ label: "l", value: "v" }] };
  const message = await postComponents(emulator, row(button("ok")), row(select));
  const asked = await click(emulator);
  const text = { type: 4, custom_id: "text", style: 1, required: false };
  const modal = { custom_id: "m", title: "t", components: [{ type: 18, label: "l", component: text }] };
  await answer(emulator, asked, { type: 9, data: modal });
  const { channels, users } = emulator.description;
  known = {
    channel_id: channels.alerts.id,
    user_id: users.alice.id,
    message_id: message.id,
    custom_id: "s",
    name: "all",
    interaction_id: asked.payload.id,
    fields: "text",
    target_id: users.bob.id,
    options: "text",
    values: "v",
    type: "1",
  };
});
afterAll(() => emulator.close());

/** What stands where something else should: values of all kinds, with names that mean something here. */
const key = fc.constantFrom(
  "text",
  "who",
  "file",
  "filename",
  "content",
  "name",
  "value",
  "options",
  "focused",
  "__proto__",
  "toString",
);
const junk = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>(null, true, 0, -1, 1e300, "", "v", "text", "123456789012345678", "9".repeat(30)),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4 }),
  ),
})).value;

// Not `autocompletes`: who types properly waits 3 s for an application that is not there.
const routes = ["clicks", "commands", "modals", "endpoint-probes"] as const;

test.each(routes)("%s answer every body, and never with 500", async (route) => {
  const { control_url } = emulator.description;
  const names = [
    "channel_id",
    "user_id",
    "message_id",
    "custom_id",
    "name",
    "interaction_id",
    "fields",
    "options",
    "values",
    "type",
    "target_id",
    "application_id",
  ];
  const body = fc.dictionary(fc.constantFrom(...names), junk, { maxKeys: 3 });
  await fc.assert(
    fc.asyncProperty(body, async (wrong) => {
      const { status, json } = await send("POST", `${control_url}/${route}`, {
        ...known,
        options: {},
        fields: {},
        ...wrong,
      });
      expect([200, 201, 400, 403, 404]).toContain(status);
      if (status === 400)
        for (const detail of json.error.details) expect(Object.keys(detail)).toEqual(["where", "found", "expected"]);
    }),
    RUNS,
  );
});

test("the callback route answers every body, and never with 500", async () => {
  const begun = await click(emulator);
  const dataKey = fc.constantFrom(
    "content",
    "embeds",
    "components",
    "flags",
    "choices",
    "title",
    "custom_id",
    "poll",
    "attachments",
    "allowed_mentions",
  );
  const body = fc.record({
    type: fc.constantFrom<unknown>(4, 5, 6, 7, 8, 9, 1, "4", null),
    data: fc.oneof(junk, fc.dictionary(dataKey, junk)),
  });
  let current: Anything = begun;
  await fc.assert(
    fc.asyncProperty(body, async (wrong) => {
      const { status, json } = await answer(emulator, current, wrong);
      expect([200, 204, 400, 413]).toContain(status);
      if (status < 300) current = await click(emulator);
      else expect(json.code).toBeGreaterThan(0);
    }),
    RUNS,
  );
});
