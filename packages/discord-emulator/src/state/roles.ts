import type { Dispatch } from "../dispatch/bus.ts";
import type { Database } from "./database.ts";
import type { Role } from "./objects.ts";
import { createReadCache } from "./read-cache.ts";

/** The roles of guilds. Who has them is kept with the members. */
export interface Roles {
  get(guildId: string, id: string): Role | undefined;
  /** By position, everyone's first; of two with one position, the older first. */
  list(guildId: string): readonly Role[];
  create(guildId: string, role: Role): Role;
  update(guildId: string, role: Role): Role;
  /** Overwrites and members that name it are the caller's to clean. */
  delete(guildId: string, id: string): void;
}

export function createRoles(database: Database, announce: (dispatch: Dispatch) => void): Roles {
  const parse = (row: Record<string, unknown>) => JSON.parse(String(row.body)) as Role;

  const cache = createReadCache<readonly Role[]>(database);

  function load(guildId: string): readonly Role[] {
    const roles = database.all("SELECT body FROM roles WHERE guild_id = ? ORDER BY id", BigInt(guildId)).map(parse);
    return roles.sort((a, b) => a.position - b.position);
  }

  function put(guildId: string, role: Role, event: string): Role {
    database.run(
      "INSERT OR REPLACE INTO roles (id, guild_id, body) VALUES (?, ?, ?)",
      BigInt(role.id),
      BigInt(guildId),
      JSON.stringify(role),
    );
    cache.forget();
    announce({ t: event, d: { guild_id: guildId, role } });
    return role;
  }

  return {
    get(guildId, id) {
      const row = database.get("SELECT body FROM roles WHERE id = ? AND guild_id = ?", BigInt(id), BigInt(guildId));
      return row && parse(row);
    },
    list: (guildId) => cache.read(guildId, () => load(guildId)),
    create: (guildId, role) => put(guildId, role, "GUILD_ROLE_CREATE"),
    update: (guildId, role) => put(guildId, role, "GUILD_ROLE_UPDATE"),
    delete(guildId, id) {
      if (database.run("DELETE FROM roles WHERE id = ? AND guild_id = ?", BigInt(id), BigInt(guildId)) === 0) return;
      cache.forget();
      announce({ t: "GUILD_ROLE_DELETE", d: { guild_id: guildId, role_id: id } });
    },
  };
}
