import { isJsonObject, type JsonObject } from "../json.ts";
import { isSnowflake } from "../snowflake.ts";
import type { Member } from "../state/objects.ts";
import { presentMember } from "../state/present-member.ts";
import type { State } from "../state/state.ts";
import { INTENT } from "./intents.ts";
import { OP } from "./opcodes.ts";
import { type Session, tell } from "./session.ts";

const CHUNK_COUNT = 1000;
const MAX_IDS = 100;
const MAX_QUERY_COUNT = 100;
const MAX_NONCE_BYTES = 32;
/** Asking for all members of one guild again takes so long (docs: events/gateway-events, "Request Guild Members"). */
const ALL_MEMBERS_MS = 30_000;

/** Answers op 8. What may not be asked is not answered, as clients know it: they wait in vain. */
export interface MemberRequests {
  answer(session: Session, d: unknown): void;
}

/** `now`: milliseconds on a clock that does not step back; `isLimited`: whether limits are on at the moment. */
export function createMemberRequests(state: State, now: () => number, isLimited: () => boolean): MemberRequests {
  const allAskedAt = new Map<string, number>();

  /** Milliseconds until the bot may ask for everybody in the guild; 0: now, and that counts. */
  function drawAll(botId: string, guildId: string): number {
    const key = `${botId} ${guildId}`;
    const last = allAskedAt.get(key);
    const waitMs = last === undefined ? 0 : last + ALL_MEMBERS_MS - now();
    if (isLimited() && waitMs > 0) return waitMs;
    allAskedAt.set(key, now());
    return 0;
  }

  return {
    answer(session, d) {
      if (!isJsonObject(d)) return;
      // A list of one guild was allowed before v8 and is still seen.
      const guildId: unknown = Array.isArray(d.guild_id) ? d.guild_id[0] : d.guild_id;
      if (typeof guildId !== "string" || !session.guildIds.has(guildId)) return;
      const nonce = readNonce(d.nonce);
      const isAll = (d.user_ids ?? undefined) === undefined && d.query === "" && (d.limit ?? 0) === 0;
      const needed = (isAll ? INTENT.GUILD_MEMBERS : 0) | (d.presences === true ? INTENT.GUILD_PRESENCES : 0);
      if ((session.intents & needed) !== needed) return;
      const waitMs = isAll ? drawAll(session.botId, guildId) : 0;
      if (waitMs > 0) {
        const meta = { guild_id: guildId, ...nonce };
        tell(session, "RATE_LIMITED", JSON.stringify({ opcode: OP.requestMembers, retry_after: waitMs / 1000, meta }));
        return;
      }
      const found = find(state, guildId, d);
      if (found)
        tellChunks(state, session, guildId, found, { ...nonce, ...(d.presences === true ? { presences: [] } : {}) });
    },
  };
}

interface Found {
  readonly members: readonly Member[];
  readonly notFound: readonly string[];
}

/** By ids, or by how user name or nickname begins. Undefined: the request names neither. */
function find(state: State, guildId: string, { user_ids: wanted, query, limit }: JsonObject): Found | undefined {
  if (wanted !== undefined && wanted !== null) {
    const ids = [wanted].flat().filter(isId).slice(0, MAX_IDS);
    const members = ids.flatMap((id) => state.members.get(guildId, id) ?? []);
    const known = new Set(members.map(({ user_id }) => user_id));
    return { members, notFound: ids.filter((id) => !known.has(id)) };
  }
  if (typeof query !== "string" || !Number.isInteger(limit ?? 0)) return undefined;
  const all = state.members.list(guildId);
  const maxCount = Number(limit ?? 0);
  if (query === "" && maxCount === 0) return { members: all, notFound: [] };
  const start = query.toLowerCase();
  const matches = ({ user_id, nick }: Member) =>
    [state.users.get(user_id)?.username, nick].some((name) => name?.toLowerCase().startsWith(start));
  const count = maxCount <= 0 ? MAX_QUERY_COUNT : Math.min(maxCount, MAX_QUERY_COUNT);
  return { members: all.filter(matches).slice(0, count), notFound: [] };
}

function tellChunks(
  state: State,
  session: Session,
  guildId: string,
  { members, notFound }: Found,
  extra: JsonObject,
): void {
  const chunkCount = Math.max(1, Math.ceil(members.length / CHUNK_COUNT));
  for (let index = 0; index < chunkCount; index += 1) {
    const part = members.slice(index * CHUNK_COUNT, (index + 1) * CHUNK_COUNT);
    const chunk = {
      guild_id: guildId,
      members: part.map((member) => presentMember(state, member)),
      chunk_index: index,
      chunk_count: chunkCount,
      ...(notFound.length > 0 ? { not_found: notFound } : {}),
      ...extra,
    };
    tell(session, "GUILD_MEMBERS_CHUNK", JSON.stringify(chunk));
  }
}

function isId(value: unknown): value is string {
  return typeof value === "string" && isSnowflake(value);
}

/** Longer ones are ignored. */
function readNonce(nonce: unknown): { readonly nonce?: string } {
  return typeof nonce === "string" && Buffer.byteLength(nonce) <= MAX_NONCE_BYTES ? { nonce } : {};
}
