import { type Refusal, refuse } from "../errors/refusal.ts";
import type { JsonObject } from "../json.ts";
import type { Channel, Overwrite } from "../state/objects.ts";
import type { State } from "../state/state.ts";
import type { ObjectRule } from "../validate/rule.ts";
import { PERMISSION } from "./permission.ts";
import { PERMISSIONS_RULE, readPermissions } from "./permission-rule.ts";
import { guildPermissions } from "./permissions-of.ts";

/** Members of an overwrite in requests, but for its id. */
export const OVERWRITE_FIELDS: ObjectRule["fields"] = {
  type: { kind: "integer", choices: [0, 1] },
  allow: PERMISSIONS_RULE,
  deny: PERMISSIONS_RULE,
};

/** Overwrites of a whole channel in requests. */
export const OVERWRITES_RULE = {
  kind: "list",
  maxCount: 100,
  of: { kind: "object", fields: { id: { kind: "snowflake", required: true }, ...OVERWRITE_FIELDS } },
} as const;

/** Reads a checked overwrite. Without a type it is a role's if there is such a role. */
export function readOverwrite(state: State, guildId: string, id: string, value: JsonObject): Overwrite {
  const isRole = value.type === undefined ? state.roles.get(guildId, id) !== undefined : value.type === 0;
  const [allow, deny] = [readPermissions(value.allow), readPermissions(value.deny)];
  return { id, type: isRole ? 0 : 1, allow: allow.toString(), deny: deny.toString() };
}

/** `overwrites` with one more, in the place of that for the same role or member. */
export function withOverwrite(overwrites: readonly Overwrite[], added: Overwrite): Overwrite[] {
  return [...overwrites.filter(({ id }) => id !== added.id), added];
}

/**
 * Refuses to exchange the overwrites of a channel (undefined: of a new one) for `wanted`: 10011 and 10007 for nobody's,
 * 50013 for bits that the bot does not have in the guild, unless the channel itself allows it MANAGE_ROLES, and for
 * touching MANAGE_ROLES without being an administrator (docs: resources/channel, "Edit Channel Permissions";
 * resources/guild, "Create Guild Channel").
 */
export function refuseOverwrites(
  state: State,
  { userId, guildId, channel }: { userId: string; guildId: string; channel: Channel | undefined },
  wanted: readonly Overwrite[],
): Refusal | undefined {
  const present = channel?.permission_overwrites ?? [];
  for (const { id, type } of wanted) {
    if (present.some((overwrite) => overwrite.id === id)) continue;
    if (type === 0 && !state.roles.get(guildId, id)) return refuse(10011);
    if (type === 1 && !state.members.get(guildId, id)) return refuse(10007);
  }
  const own = guildPermissions(state, userId, guildId);
  if ((own & PERMISSION.ADMINISTRATOR) !== 0n) return undefined;
  const changed = changedBits(present, wanted);
  if ((changed & PERMISSION.MANAGE_ROLES) !== 0n) return refuse(50013);
  const isTrusted = present.some(
    ({ id, allow }) => isOf(state, guildId, userId, id) && (BigInt(allow) & PERMISSION.MANAGE_ROLES) !== 0n,
  );
  return isTrusted || (changed & ~own) === 0n ? undefined : refuse(50013);
}

/** Tells whether an overwrite with this id is for a member. */
function isOf(state: State, guildId: string, userId: string, id: string): boolean {
  return id === userId || id === guildId || (state.members.get(guildId, userId)?.roles.includes(id) ?? false);
}

/** Every bit that anybody is allowed or denied differently. */
function changedBits(present: readonly Overwrite[], wanted: readonly Overwrite[]): bigint {
  const ids = new Set([...present, ...wanted].map(({ id }) => id));
  const none = { allow: "0", deny: "0" };
  return [...ids].reduce((bits, id) => {
    const [before, after] = [present, wanted].map((list) => list.find((overwrite) => overwrite.id === id) ?? none);
    const differ = (part: "allow" | "deny") => BigInt(before?.[part] ?? 0) ^ BigInt(after?.[part] ?? 0);
    return bits | differ("allow") | differ("deny");
  }, 0n);
}
