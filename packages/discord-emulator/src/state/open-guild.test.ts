import { expect, test } from "vitest";
import { createDispatchBus } from "../dispatch/bus.ts";
import { createRandom } from "../random.ts";
import { createSnowflakes } from "../snowflake.ts";
import { openDatabase } from "./database.ts";
import { type GuildSources, openGuild } from "./open-guild.ts";
import { createState } from "./state.ts";

test("founds a guild whole or not at all", () => {
  const database = openDatabase(undefined);
  const now = () => Date.UTC(2026, 0, 1);
  const snowflakes = createSnowflakes(now);
  const state = createState(database, snowflakes, createDispatchBus(), now);
  const sources = (createToken: GuildSources["createToken"]): GuildSources => ({
    database,
    state,
    snowflakes,
    random: createRandom(1, "identity"),
    createToken,
  });
  const interrupted = sources(() => {
    throw new Error("the process ends here");
  });
  expect(() => openGuild(interrupted)).toThrow("the process ends here");
  expect(database.all("SELECT key FROM meta")).toEqual([]);
  const identity = openGuild(sources(() => "token"));
  expect(state.channels.list(identity.guildId).map(({ name }) => name)).toEqual(["alerts", "critical", "forum"]);
  expect(openGuild(interrupted)).toEqual(identity);
  database.close();
});
