import type { Database } from "./database.ts";
import type { User } from "./objects.ts";

/** The people and bots that exist. */
export interface Users {
  get(id: string): User | undefined;
  /** Everybody, oldest first. */
  list(): User[];
  put(user: User): void;
}

export function createUsers(database: Database): Users {
  const parse = (row: Record<string, unknown>) => JSON.parse(String(row.body)) as User;
  return {
    get(id) {
      const row = database.get("SELECT body FROM users WHERE id = ?", BigInt(id));
      return row && parse(row);
    },
    list: () => database.all("SELECT body FROM users ORDER BY id").map(parse),
    put(user) {
      database.run("INSERT OR REPLACE INTO users (id, body) VALUES (?, ?)", BigInt(user.id), JSON.stringify(user));
    },
  };
}
