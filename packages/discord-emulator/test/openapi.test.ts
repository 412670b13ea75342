import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DiscordEmulator, startDiscordEmulator } from "../src/index.ts";
import { ROUTES } from "../src/routes/routes.ts";
import { COMMAND_SCENARIOS } from "./openapi/command-scenarios.ts";
import { type Contract, createContract } from "./openapi/contract.ts";
import { DIFFERENCES } from "./openapi/differences.ts";
import { isDocumentMissing, toTemplate } from "./openapi/document.ts";
import { GUILD_SCENARIOS } from "./openapi/guild-scenarios.ts";
import { INTERACTION_SCENARIOS } from "./openapi/interaction-scenarios.ts";
import { MESSAGE_SCENARIOS } from "./openapi/message-scenarios.ts";
import { THREAD_SCENARIOS } from "./openapi/thread-scenarios.ts";
import { WEBHOOK_SCENARIOS } from "./openapi/webhook-scenarios.ts";
import { asBot, control } from "./support.ts";

const SCENARIOS = [
  ...MESSAGE_SCENARIOS,
  ...THREAD_SCENARIOS,
  ...WEBHOOK_SCENARIOS,
  ...COMMAND_SCENARIOS,
  ...GUILD_SCENARIOS,
  ...INTERACTION_SCENARIOS,
];

if (isDocumentMissing) console.warn("skipped: DISCORD_OPENAPI names no copy of Discord's openapi.json");

describe.skipIf(isDocumentMissing)("requests and answers fit Discord's OpenAPI document:", () => {
  let emulator: DiscordEmulator;
  let contract: Contract;
  beforeAll(async () => {
    emulator = await startDiscordEmulator({ limits: "off" });
    contract = createContract(emulator);
  });
  afterAll(() => emulator.close());

  test.each(SCENARIOS)("$name", (scenario) => scenario.run({ emulator, contract }));

  test("every route is among them", () => {
    const routes = ROUTES.map(({ method, path }) => `${method} ${toTemplate(path)}`);
    expect(routes.filter((route) => !contract.exercised.has(route))).toEqual([]);
  });

  test("every known difference still is one", () => {
    expect(DIFFERENCES.filter((difference) => !contract.met.has(difference))).toEqual([]);
  });

  test("errors; in their trees Discord's documentation, which wins, and the live service have words as codes", async () => {
    const { id } = emulator.description.channels.alerts;
    const post = (body: object) => asBot(emulator, "POST", `/channels/${id}/messages`, body);
    for (const body of [{}, { content: "c", nonce: "n", sticker_ids: ["1"] }, { content: "c".repeat(2001) }]) {
      const { errors, ...error } = (await post(body)).json;
      expect(contract.complaints("ErrorResponse", error)).toEqual([]);
    }
    const effect = { kind: "rate_limit", scope: "shared", retry_after: 1, code: 20028 };
    await control(emulator, "POST", "/faults", { effect, count: 1 });
    expect(contract.complaints("RatelimitedResponse", (await post({ content: "c" })).json)).toEqual([]);
  });
});
