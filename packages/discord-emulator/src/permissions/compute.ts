import { ALL_PERMISSIONS, PERMISSION, toPermissions } from "./permission.ts";

/** A role as it counts here. */
export interface RoleGrant {
  readonly id: string;
  readonly permissions: bigint;
}

/** What a channel allows or denies to one role or one member. */
export interface OverwriteGrant {
  /** Of the role or the user; the guild's own id means everyone. */
  readonly id: string;
  readonly target: "role" | "member";
  readonly allow: bigint;
  readonly deny: bigint;
}

/** Somebody in a guild. */
export interface Standing {
  readonly guildId: string;
  readonly userId: string;
  readonly isOwner: boolean;
  readonly isTimedOut: boolean;
  /** Roles of the member, everyone's among them. */
  readonly roles: readonly RoleGrant[];
}

const LEFT_IN_TIMEOUT = PERMISSION.VIEW_CHANNEL | PERMISSION.READ_MESSAGE_HISTORY;
/** What nobody can do who may not send (docs: topics/permissions, "Implicit Permissions"). */
const NEEDS_SENDING = toPermissions(["MENTION_EVERYONE", "SEND_TTS_MESSAGES", "ATTACH_FILES", "EMBED_LINKS"]);

/** What a member may do in the guild as a whole, channels aside (docs: topics/permissions, "Permission Hierarchy"). */
export function computeGuildPermissions({ isOwner, isTimedOut, roles }: Standing): bigint {
  const granted = roles.reduce((set, role) => set | role.permissions, 0n);
  if (isOwner || (granted & PERMISSION.ADMINISTRATOR) !== 0n) return ALL_PERMISSIONS;
  return isTimedOut ? granted & LEFT_IN_TIMEOUT : granted;
}

/**
 * What a member may do in a channel with `overwrites`. They are applied in this order, denials before allowances each
 * time: everyone's, those of all other roles together, the member's own (docs: topics/permissions, "Permission Overwrites").
 * `sendsBy` names the permission that sending takes there: in threads it is another one.
 */
export function computeChannelPermissions(
  standing: Standing,
  overwrites: readonly OverwriteGrant[],
  sendsBy: "SEND_MESSAGES" | "SEND_MESSAGES_IN_THREADS" = "SEND_MESSAGES",
): bigint {
  const { guildId, userId, isTimedOut, roles } = standing;
  let set = computeGuildPermissions({ ...standing, isTimedOut: false });
  if (set === ALL_PERMISSIONS) return ALL_PERMISSIONS;
  const roleIds = new Set(roles.map((role) => role.id).filter((id) => id !== guildId));
  const stages = [
    overwrites.filter(({ id, target }) => target === "role" && id === guildId),
    overwrites.filter(({ id, target }) => target === "role" && roleIds.has(id)),
    overwrites.filter(({ id, target }) => target === "member" && id === userId),
  ];
  for (const stage of stages) {
    const deny = stage.reduce((bits, overwrite) => bits | overwrite.deny, 0n);
    const allow = stage.reduce((bits, overwrite) => bits | overwrite.allow, 0n);
    set = (set & ~deny) | allow;
  }
  if (isTimedOut) set &= LEFT_IN_TIMEOUT;
  if ((set & PERMISSION.VIEW_CHANNEL) === 0n) return 0n;
  return (set & PERMISSION[sendsBy]) === 0n ? set & ~NEEDS_SENDING : set;
}
