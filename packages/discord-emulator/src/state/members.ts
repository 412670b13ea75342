import type { Database } from "./database.ts";
import type { Member } from "./objects.ts";
import { createReadCache } from "./read-cache.ts";

/** Which members to read: ascending by user id, after `afterId`. */
export interface MemberPage {
  readonly afterId?: string;
  readonly maxCount: number;
}

/** Who belongs to which guild, and who may not come back. Events are the caller's: they show the user, too. */
export interface Members {
  get(guildId: string, userId: string): Member | undefined;
  list(guildId: string, page?: MemberPage): Member[];
  count(guildId: string): number;
  /** Ids of the guilds that a user belongs to, oldest guild first. */
  guildIds(userId: string): string[];
  put(guildId: string, member: Member): void;
  delete(guildId: string, userId: string): void;
  isBanned(guildId: string, userId: string): boolean;
  ban(guildId: string, userId: string): void;
  /** Lifts a ban. */
  pardon(guildId: string, userId: string): void;
}

export function createMembers(database: Database): Members {
  const parse = (row: Record<string, unknown>) => JSON.parse(String(row.body)) as Member;
  const both = (guildId: string, userId: string) => [BigInt(guildId), BigInt(userId)] as const;
  const cache = createReadCache<Member | undefined>(database);

  function load(guildId: string, userId: string): Member | undefined {
    const row = database.get("SELECT body FROM members WHERE guild_id = ? AND user_id = ?", ...both(guildId, userId));
    return row && parse(row);
  }

  return {
    get: (guildId, userId) => cache.read(`${guildId} ${userId}`, () => load(guildId, userId)),
    list(guildId, { afterId = "0", maxCount } = { maxCount: -1 }) {
      return database
        .all(
          "SELECT body FROM members WHERE guild_id = ? AND user_id > ? ORDER BY user_id LIMIT ?",
          ...both(guildId, afterId),
          maxCount,
        )
        .map(parse);
    },
    count: (guildId) =>
      Number(database.get("SELECT COUNT(*) AS count FROM members WHERE guild_id = ?", BigInt(guildId))?.count),
    guildIds: (userId) =>
      database
        .all(
          "SELECT CAST(guild_id AS TEXT) AS id FROM members WHERE user_id = ? ORDER BY members.guild_id",
          BigInt(userId),
        )
        .map((row) => String(row.id)),
    put(guildId, member) {
      database.run(
        "INSERT OR REPLACE INTO members (guild_id, user_id, body) VALUES (?, ?, ?)",
        ...both(guildId, member.user_id),
        JSON.stringify(member),
      );
      cache.forget();
    },
    delete(guildId, userId) {
      database.run("DELETE FROM members WHERE guild_id = ? AND user_id = ?", ...both(guildId, userId));
      cache.forget();
    },
    isBanned: (guildId, userId) =>
      database.get("SELECT 1 AS found FROM bans WHERE guild_id = ? AND user_id = ?", ...both(guildId, userId)) !==
      undefined,
    ban(guildId, userId) {
      database.run("INSERT OR IGNORE INTO bans (guild_id, user_id) VALUES (?, ?)", ...both(guildId, userId));
    },
    pardon(guildId, userId) {
      database.run("DELETE FROM bans WHERE guild_id = ? AND user_id = ?", ...both(guildId, userId));
    },
  };
}
