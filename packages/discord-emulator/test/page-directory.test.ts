import { describe, expect, it } from "vitest";
import { directoryFromState, peopleOf } from "../page/src/directory.ts";
import { applyDirectoryEvents } from "../page/src/directory-events.ts";
import { componentChoices, entityChoices } from "../page/src/menu-choices.ts";
import { rolesOf } from "../page/src/names.ts";
import type { EmulatorState } from "../page/src/wire.ts";

const alice = { id: "3", username: "alice", global_name: "Alice" };
const bot = { id: "7", username: "tocsin", bot: true };
const state: EmulatorState = {
  guild: {
    id: "1",
    name: "guild",
    roles: [
      { id: "1", name: "@everyone", position: 0 },
      { id: "20", name: "on call", color: 0x2ecc71, position: 1 },
      { id: "21", name: "lead", color: 0, position: 2 },
    ],
  },
  channels: [
    { id: "10", type: 0, name: "alerts" },
    { id: "11", type: 15, name: "forum" },
  ],
  users: [alice],
  bots: [bot],
  members: [{ user: alice, nick: "Al", roles: ["20", "21"] }],
  bot,
  limits: "off",
};
const directory = directoryFromState(state);

describe("the directory", () => {
  it("calls members by their nicknames, in the colour of their highest coloured role", () => {
    expect(directory.names.users.get("3")).toBe("Al");
    expect(directory.names.colors.get("3")).toBe("#2ecc71");
    expect(rolesOf(directory, "3").map(({ name }) => name)).toEqual(["lead", "on call"]);
    expect(directory.names.users.get("7")).toBe("tocsin");
  });

  it("takes in new people and roles, and what changes of them", () => {
    const bob = { id: "4", username: "bob" };
    const events = [
      { t: "GUILD_ROLE_UPDATE", d: { guild_id: "1", role: { id: "20", name: "night shift", color: 0x0000ff } } },
      { t: "GUILD_MEMBER_ADD", d: { guild_id: "1", user: bob, roles: ["20"] } },
      { t: "GUILD_MEMBER_UPDATE", d: { guild_id: "1", user: alice, nick: null, roles: [] } },
      { t: "GUILD_ROLE_DELETE", d: { guild_id: "1", role_id: "21" } },
    ];
    const after = applyDirectoryEvents(directory, events);
    expect(peopleOf(after).map(({ username }) => username)).toEqual(["alice", "bob"]);
    expect(after.names.users.get("3")).toBe("Alice");
    expect([...after.names.colors]).toEqual([["4", "#0000ff"]]);
    expect([...after.names.roles.values()]).toEqual(["@everyone", "night shift"]);
  });

  it("is the same object after events of other guilds, direct messages and things it does not show", () => {
    const events = [
      { t: "CHANNEL_CREATE", d: { id: "30", guild_id: "2", type: 0, name: "elsewhere" } },
      { t: "CHANNEL_CREATE", d: { id: "31", type: 1 } },
      { t: "TYPING_START", d: null },
      { t: "INTERACTION_CREATE", d: { id: "77", guild_id: "1" } },
    ];
    expect(applyDirectoryEvents(directory, events)).toBe(directory);
  });
});

describe("what selects offer", () => {
  it("is people and bots, roles, or channels of the wanted types", () => {
    const labels = (...args: Parameters<typeof entityChoices>) => entityChoices(...args).map(({ label }) => label);
    expect(labels("user", directory)).toEqual(["@Al", "@tocsin"]);
    expect(labels("role", directory)).toEqual(["@everyone", "@on call", "@lead"]);
    expect(labels("mentionable", directory)).toEqual(["@Al", "@tocsin", "@on call", "@lead"]);
    expect(labels("channel", directory)).toEqual(["#alerts", "#forum"]);
    expect(labels("channel", directory, [15])).toEqual(["#forum"]);
  });

  it("has the defaults chosen", () => {
    const options = [
      { label: "A", value: "a", description: "first", emoji: { id: null, name: "✅" } },
      { label: "B", value: "b", default: true },
    ];
    expect(componentChoices({ type: 3, options }, directory)).toEqual([
      { value: "a", label: "✅ A", detail: "first", isChosen: false },
      { value: "b", label: "B", isChosen: true },
    ]);
    const users = componentChoices({ type: 5, default_values: [{ id: "7", type: "user" }] }, directory);
    expect(users.filter(({ isChosen }) => isChosen).map(({ value }) => value)).toEqual(["7"]);
  });
});
