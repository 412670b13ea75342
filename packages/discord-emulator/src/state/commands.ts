import type { JsonObject } from "../json.ts";
import type { Database } from "./database.ts";

/** Where a command can be used: everywhere, or in one guild. */
export interface CommandScope {
  readonly applicationId: string;
  /** Undefined: everywhere. */
  readonly guildId: string | undefined;
}

/** An application command as it is stored (docs: interactions/application-commands, "Application Command Object"). */
export interface Command {
  readonly id: string;
  readonly application_id: string;
  readonly guild_id?: string;
  /** Changes with every change of the command. */
  readonly version: string;
  readonly type: number;
  readonly name: string;
  /** All other members. */
  readonly members: JsonObject;
}

/** Commands of applications, how many were made lately, and who may use which in a guild. */
export interface Commands {
  get(scope: CommandScope, id: string): Command | undefined;
  find(scope: CommandScope, type: number, name: string): Command | undefined;
  /** Oldest first. */
  list(scope: CommandScope): Command[];
  put(command: Command): void;
  /** Puts all commands of a scope at once: they may have exchanged their names. */
  putAll(scope: CommandScope, commands: readonly Command[]): void;
  /** Its permissions go with it. */
  delete(scope: CommandScope, id: string): void;
  /** How many were made after `sinceAt`, epoch milliseconds. Older ones are forgotten. */
  countCreates(scope: CommandScope, sinceAt: number): number;
  noteCreate(scope: CommandScope, at: number): void;
  /** Permissions set for a command, or for all of an application (its own id), in a guild. */
  permissions(applicationId: string, guildId: string): { readonly id: string; readonly permissions: JsonObject[] }[];
  /** An empty list takes them back. */
  setPermissions(applicationId: string, guildId: string, id: string, permissions: readonly JsonObject[]): void;
}

/** Stands for "everywhere" where a guild's id would be. */
const EVERYWHERE = 0n;

export function createCommands(database: Database): Commands {
  const parse = (row: Record<string, unknown>) => JSON.parse(String(row.body)) as Command;
  const toKey = ({ applicationId, guildId }: CommandScope) =>
    [BigInt(applicationId), guildId === undefined ? EVERYWHERE : BigInt(guildId)] as const;
  const IN_SCOPE = "application_id = ? AND COALESCE(guild_id, 0) = ?";

  function put(command: Command): void {
    database.run(
      "INSERT OR REPLACE INTO commands (id, application_id, guild_id, type, name, body) VALUES (?, ?, ?, ?, ?, ?)",
      BigInt(command.id),
      BigInt(command.application_id),
      command.guild_id === undefined ? null : BigInt(command.guild_id),
      command.type,
      command.name,
      JSON.stringify(command),
    );
  }

  return {
    get(scope, id) {
      const row = database.get(`SELECT body FROM commands WHERE ${IN_SCOPE} AND id = ?`, ...toKey(scope), BigInt(id));
      return row && parse(row);
    },
    find(scope, type, name) {
      const sql = `SELECT body FROM commands WHERE ${IN_SCOPE} AND type = ? AND name = ?`;
      const row = database.get(sql, ...toKey(scope), type, name);
      return row && parse(row);
    },
    list: (scope) =>
      database.all(`SELECT body FROM commands WHERE ${IN_SCOPE} ORDER BY id`, ...toKey(scope)).map(parse),
    put,
    putAll(scope, commands) {
      database.run(`DELETE FROM commands WHERE ${IN_SCOPE}`, ...toKey(scope));
      for (const command of commands) put(command);
    },
    delete(scope, id) {
      database.run(`DELETE FROM commands WHERE ${IN_SCOPE} AND id = ?`, ...toKey(scope), BigInt(id));
      database.run(
        "DELETE FROM command_permissions WHERE application_id = ? AND command_id = ?",
        BigInt(scope.applicationId),
        BigInt(id),
      );
    },
    countCreates(scope, sinceAt) {
      const key = toKey(scope);
      database.run(
        "DELETE FROM command_creates WHERE application_id = ? AND guild_id = ? AND created_at <= ?",
        ...key,
        sinceAt,
      );
      const sql = "SELECT COUNT(*) AS count FROM command_creates WHERE application_id = ? AND guild_id = ?";
      return Number(database.get(sql, ...key)?.count);
    },
    noteCreate(scope, at) {
      database.run(
        "INSERT INTO command_creates (application_id, guild_id, created_at) VALUES (?, ?, ?)",
        ...toKey(scope),
        Math.trunc(at),
      );
    },
    permissions: (applicationId, guildId) =>
      database
        .all(
          `SELECT CAST(command_id AS TEXT) AS id, body FROM command_permissions
           WHERE application_id = ? AND guild_id = ? ORDER BY command_permissions.command_id`,
          BigInt(applicationId),
          BigInt(guildId),
        )
        .map((row) => ({ id: String(row.id), permissions: JSON.parse(String(row.body)) as JsonObject[] })),
    setPermissions(applicationId, guildId, id, permissions) {
      const key = [BigInt(applicationId), BigInt(guildId), BigInt(id)] as const;
      if (permissions.length === 0) {
        database.run(
          "DELETE FROM command_permissions WHERE application_id = ? AND guild_id = ? AND command_id = ?",
          ...key,
        );
        return;
      }
      database.run(
        "INSERT OR REPLACE INTO command_permissions (application_id, guild_id, command_id, body) VALUES (?, ?, ?, ?)",
        ...key,
        JSON.stringify(permissions),
      );
    },
  };
}
