import { toPermissions } from "../permissions/permission.ts";
import { LIMITED_INTENT_FLAGS } from "./bots.ts";
import { EVERYONE_PERMISSIONS, foundGuild } from "./found-guild.ts";
import type { Identity } from "./identity.ts";
import { inviteBot, joinGuild } from "./join-guild.ts";
import type { State } from "./state.ts";

/** The seeded bot's role: all that an alert bot needs, and what managing its channels, threads and webhooks takes. Not ADMINISTRATOR, so that overwrites bind it. */
const BOT_PERMISSIONS =
  EVERYONE_PERMISSIONS |
  toPermissions([
    "MANAGE_CHANNELS",
    "MANAGE_MESSAGES",
    "MENTION_EVERYONE",
    "CHANGE_NICKNAME",
    "MANAGE_NICKNAMES",
    "MANAGE_ROLES",
    "MANAGE_WEBHOOKS",
    "MANAGE_THREADS",
    "CREATE_PRIVATE_THREADS",
    "MODERATE_MEMBERS",
    "SEND_POLLS",
    "PIN_MESSAGES",
  ]);

/** Founds the seeded guild with its owner, the bot and three members. The users exist already. */
export function seedMembers(state: State, identity: Identity): void {
  const { applicationId, botUserId, botToken, publicKey, privateKey, guildId, ownerId } = identity;
  const bot = {
    userId: botUserId,
    applicationId,
    token: botToken,
    publicKey,
    privateKey,
    applicationFlags: LIMITED_INTENT_FLAGS,
  };
  state.bots.put(bot);
  foundGuild(state, { id: guildId, name: "Tocsin", owner_id: ownerId });
  joinGuild(state, guildId, ownerId);
  inviteBot(state, guildId, bot, BOT_PERMISSIONS);
  for (const userId of Object.values(identity.userIds)) joinGuild(state, guildId, userId);
}
