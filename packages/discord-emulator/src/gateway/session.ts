import { createSessionLog, type LogBounds, type SessionLog } from "./session-log.ts";

/** What a session was opened with. */
export interface SessionTerms {
  readonly id: string;
  readonly botId: string;
  /** The bot's, without `Bot `. */
  readonly token: string;
  readonly intents: number;
  /** Which shard of how many. */
  readonly shard: readonly [id: number, count: number];
  /** Guilds with more members are large. */
  readonly largeThreshold: number;
}

/** Who reads a session at the moment. */
export interface SessionReader {
  /** There is more in the log. */
  wake(): void;
  /** Up to which number it has read. */
  readSeq(): number;
  /** Takes the connection away from it: somebody else reads now, or the session is over. */
  dismiss(code: number | undefined): void;
}

/** A bot's stay on the Gateway, which outlives its connections: what it was told, and which guilds it knows. */
export interface Session extends SessionTerms {
  readonly log: SessionLog;
  /** Guilds that it was told of and may hear from. */
  readonly guildIds: Set<string>;
  /** Channels of which it was told that they are there, and no more. */
  readonly hiddenIds: Set<string>;
  /** Undefined while nobody is connected. */
  reader: SessionReader | undefined;
  /** When the last connection broke, by the limits' clock. */
  detachedAt: number;
}

/** Tells whether a guild, or with undefined the direct messages, belongs to the session's shard (docs: events/gateway, "Sharding Formula"). */
export function isOnShard({ shard: [id, count] }: Pick<SessionTerms, "shard">, guildId: string | undefined): boolean {
  if (guildId === undefined) return id === 0;
  return Number((BigInt(guildId) >> 22n) % BigInt(count)) === id;
}

/** Opens a session that nobody reads yet. */
export function createSession(
  terms: SessionTerms,
  guildIds: readonly string[],
  bounds: LogBounds,
  now: number,
): Session {
  return {
    ...terms,
    log: createSessionLog(bounds),
    guildIds: new Set(guildIds),
    hiddenIds: new Set(),
    reader: undefined,
    detachedAt: now,
  };
}

/** Adds a dispatch to a session. `json`: its payload, serialised. */
export function tell(session: Session, t: string, json: string): void {
  session.log.append(t, json, session.reader?.readSeq());
  session.reader?.wake();
}
