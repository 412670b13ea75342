import type { Database } from "./database.ts";
import type { Guild } from "./objects.ts";
import { createReadCache } from "./read-cache.ts";

/** The guilds that exist. */
export interface Guilds {
  get(id: string): Guild | undefined;
  /** Oldest first. */
  list(): Guild[];
  put(guild: Guild): void;
}

export function createGuilds(database: Database): Guilds {
  const parse = (row: Record<string, unknown>) => JSON.parse(String(row.body)) as Guild;
  const cache = createReadCache<Guild | undefined>(database);

  function load(id: string): Guild | undefined {
    const row = database.get("SELECT body FROM guilds WHERE id = ?", BigInt(id));
    return row && parse(row);
  }

  return {
    get: (id) => cache.read(id, () => load(id)),
    list: () => database.all("SELECT body FROM guilds ORDER BY id").map(parse),
    put(guild) {
      database.run("INSERT OR REPLACE INTO guilds (id, body) VALUES (?, ?)", BigInt(guild.id), JSON.stringify(guild));
      cache.forget();
    },
  };
}
