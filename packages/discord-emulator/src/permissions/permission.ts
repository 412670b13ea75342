/** Discord's permissions; the place of each name is its bit (docs: topics/permissions, "Bitwise Permission Flags"). */
const BITS = [
  "CREATE_INSTANT_INVITE",
  "KICK_MEMBERS",
  "BAN_MEMBERS",
  "ADMINISTRATOR",
  "MANAGE_CHANNELS",
  "MANAGE_GUILD",
  "ADD_REACTIONS",
  "VIEW_AUDIT_LOG",
  "PRIORITY_SPEAKER",
  "STREAM",
  "VIEW_CHANNEL",
  "SEND_MESSAGES",
  "SEND_TTS_MESSAGES",
  "MANAGE_MESSAGES",
  "EMBED_LINKS",
  "ATTACH_FILES",
  "READ_MESSAGE_HISTORY",
  "MENTION_EVERYONE",
  "USE_EXTERNAL_EMOJIS",
  "VIEW_GUILD_INSIGHTS",
  "CONNECT",
  "SPEAK",
  "MUTE_MEMBERS",
  "DEAFEN_MEMBERS",
  "MOVE_MEMBERS",
  "USE_VAD",
  "CHANGE_NICKNAME",
  "MANAGE_NICKNAMES",
  "MANAGE_ROLES",
  "MANAGE_WEBHOOKS",
  "MANAGE_GUILD_EXPRESSIONS",
  "USE_APPLICATION_COMMANDS",
  "REQUEST_TO_SPEAK",
  "MANAGE_EVENTS",
  "MANAGE_THREADS",
  "CREATE_PUBLIC_THREADS",
  "CREATE_PRIVATE_THREADS",
  "USE_EXTERNAL_STICKERS",
  "SEND_MESSAGES_IN_THREADS",
  "USE_EMBEDDED_ACTIVITIES",
  "MODERATE_MEMBERS",
  "VIEW_CREATOR_MONETIZATION_ANALYTICS",
  "USE_SOUNDBOARD",
  "CREATE_GUILD_EXPRESSIONS",
  "CREATE_EVENTS",
  "USE_EXTERNAL_SOUNDS",
  "SEND_VOICE_MESSAGES",
  "(unused)",
  "SET_VOICE_CHANNEL_STATUS",
  "SEND_POLLS",
  "USE_EXTERNAL_APPS",
  "PIN_MESSAGES",
  "BYPASS_SLOWMODE",
] as const;

/** The name of a permission. */
export type PermissionName = Exclude<(typeof BITS)[number], "(unused)">;

/** Every permission's name, in the order of the bits. */
export const PERMISSION_NAMES = BITS.filter((name): name is PermissionName => name !== "(unused)");

/** The bit of each permission. */
export const PERMISSION = Object.fromEntries(BITS.map((name, bit) => [name, 1n << BigInt(bit)])) as Readonly<
  Record<PermissionName, bigint>
>;

/** The set that holds `names`. */
export function toPermissions(names: readonly PermissionName[]): bigint {
  return names.reduce((set, name) => set | PERMISSION[name], 0n);
}

/** Every permission that exists: what owners and administrators have. */
export const ALL_PERMISSIONS: bigint = toPermissions(PERMISSION_NAMES);

/** Tells whether `set` holds all of `names`. */
export function hasPermissions(set: bigint, names: readonly PermissionName[]): boolean {
  const wanted = toPermissions(names);
  return (set & wanted) === wanted;
}
