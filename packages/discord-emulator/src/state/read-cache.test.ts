import { expect, test } from "vitest";
import { openDatabase } from "./database.ts";
import { createGuilds } from "./guilds.ts";

test("sees every write, and nothing that was rolled back", () => {
  const database = openDatabase(undefined);
  const guilds = createGuilds(database);
  const guild = { id: "100000000000000000", name: "before", owner_id: "1" };
  expect(guilds.get(guild.id)).toBeUndefined();
  guilds.put(guild);
  expect(guilds.get(guild.id)?.name).toBe("before");
  const interrupted = () =>
    database.transaction(() => {
      guilds.put({ ...guild, name: "never" });
      expect(guilds.get(guild.id)?.name).toBe("never");
      throw new Error("the process ends here");
    });
  expect(interrupted).toThrow("the process ends here");
  expect(guilds.get(guild.id)?.name).toBe("before");
  database.close();
});
