/** What a session wants to hear; each name's bit (docs: events/gateway, "List of Intents"). */
export const INTENT = {
  GUILDS: 1 << 0,
  GUILD_MEMBERS: 1 << 1,
  GUILD_MODERATION: 1 << 2,
  GUILD_EXPRESSIONS: 1 << 3,
  GUILD_INTEGRATIONS: 1 << 4,
  GUILD_WEBHOOKS: 1 << 5,
  GUILD_INVITES: 1 << 6,
  GUILD_VOICE_STATES: 1 << 7,
  GUILD_PRESENCES: 1 << 8,
  GUILD_MESSAGES: 1 << 9,
  GUILD_MESSAGE_REACTIONS: 1 << 10,
  GUILD_MESSAGE_TYPING: 1 << 11,
  DIRECT_MESSAGES: 1 << 12,
  DIRECT_MESSAGE_REACTIONS: 1 << 13,
  DIRECT_MESSAGE_TYPING: 1 << 14,
  MESSAGE_CONTENT: 1 << 15,
  GUILD_SCHEDULED_EVENTS: 1 << 16,
  AUTO_MODERATION_CONFIGURATION: 1 << 20,
  AUTO_MODERATION_EXECUTION: 1 << 21,
  GUILD_MESSAGE_POLLS: 1 << 24,
  DIRECT_MESSAGE_POLLS: 1 << 25,
} as const;

const ALL_INTENTS = Object.values(INTENT).reduce((set, bit) => set | bit, 0);

/** Privileged intents, each with the application flags that allow it: full or limited (docs: resources/application, "Application Flags"). */
const PRIVILEGED: readonly (readonly [intent: number, flags: number])[] = [
  [INTENT.GUILD_PRESENCES, (1 << 12) | (1 << 13)],
  [INTENT.GUILD_MEMBERS, (1 << 14) | (1 << 15)],
  [INTENT.MESSAGE_CONTENT, (1 << 18) | (1 << 19)],
];

/** Tells whether `intents` is a set of intents that exist. */
export function isIntents(intents: unknown): intents is number {
  return (
    Number.isInteger(intents) &&
    (intents as number) >= 0 &&
    Math.floor((intents as number) / 2 ** 26) === 0 &&
    ((intents as number) & ~ALL_INTENTS) === 0
  );
}

/** Tells whether an application with `flags` may ask for `intents`. */
export function isAllowed(intents: number, flags: number): boolean {
  return PRIVILEGED.every(([intent, allowing]) => (intents & intent) === 0 || (flags & allowing) !== 0);
}

/** The intent that brings an event, in guilds and in direct messages; a family of events is named by its beginning. */
const NEEDED: readonly (readonly [event: RegExp, guild: number, direct?: number])[] = [
  [/^GUILD_MEMBER_/, INTENT.GUILD_MEMBERS],
  [/^GUILD_(?:BAN_|AUDIT_LOG_)/, INTENT.GUILD_MODERATION],
  [/^GUILD_(?:EMOJIS|STICKERS|SOUNDBOARD)_/, INTENT.GUILD_EXPRESSIONS],
  [/^(?:GUILD_INTEGRATIONS_UPDATE$|INTEGRATION_)/, INTENT.GUILD_INTEGRATIONS],
  [/^GUILD_SCHEDULED_EVENT_/, INTENT.GUILD_SCHEDULED_EVENTS],
  [/^CHANNEL_PINS_UPDATE$/, INTENT.GUILDS, INTENT.DIRECT_MESSAGES],
  [/^(?:GUILD_|CHANNEL_|THREAD_|STAGE_INSTANCE_)/, INTENT.GUILDS],
  [/^WEBHOOKS_UPDATE$/, INTENT.GUILD_WEBHOOKS],
  [/^INVITE_/, INTENT.GUILD_INVITES],
  [/^VOICE_/, INTENT.GUILD_VOICE_STATES],
  [/^PRESENCE_UPDATE$/, INTENT.GUILD_PRESENCES],
  [/^MESSAGE_REACTION_/, INTENT.GUILD_MESSAGE_REACTIONS, INTENT.DIRECT_MESSAGE_REACTIONS],
  [/^MESSAGE_POLL_/, INTENT.GUILD_MESSAGE_POLLS, INTENT.DIRECT_MESSAGE_POLLS],
  [/^MESSAGE_/, INTENT.GUILD_MESSAGES, INTENT.DIRECT_MESSAGES],
  [/^TYPING_START$/, INTENT.GUILD_MESSAGE_TYPING, INTENT.DIRECT_MESSAGE_TYPING],
  [/^AUTO_MODERATION_RULE_/, INTENT.AUTO_MODERATION_CONFIGURATION],
  [/^AUTO_MODERATION_ACTION_/, INTENT.AUTO_MODERATION_EXECUTION],
];

/** The intent without which a session does not hear of event `t`; 0: it always does, as of INTERACTION_CREATE. */
export function intentFor(t: string, isDirect: boolean): number {
  const found = NEEDED.find(([event]) => event.test(t));
  if (!found) return 0;
  const [, guild, direct] = found;
  return isDirect ? (direct ?? 0) : guild;
}
