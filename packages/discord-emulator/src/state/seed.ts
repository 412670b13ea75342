import type { Identity } from "./identity.ts";
import { CHANNEL_TYPE, type User } from "./objects.ts";
import type { State } from "./state.ts";

/** Fills an empty state: one guild with three channels, a webhook in each, the bot, its owner and three members. */
export function seedState(state: State, identity: Identity, createToken: (webhookId: string) => string): void {
  state.write(() => {
    state.users.put(createUser(identity.ownerId, "owner"));
    state.users.put({ ...createUser(identity.botUserId, "tocsin"), global_name: null, bot: true });
    for (const [name, id] of Object.entries(identity.userIds)) state.users.put(createUser(id, name));
    const names = ["alerts", "critical", "forum"] as const;
    names.forEach((name, position) => {
      state.channels.create({
        id: identity.channelIds[name],
        type: name === "forum" ? CHANNEL_TYPE.forum : CHANNEL_TYPE.text,
        guild_id: identity.guildId,
        name,
        parent_id: null,
        flags: 0,
        last_message_id: null,
        rate_limit_per_user: 0,
        position,
        permission_overwrites: [],
        nsfw: false,
        topic: null,
        ...(name === "forum" ? { available_tags: [] } : {}),
      });
      state.webhooks.put({
        id: identity.webhookIds[name],
        type: 1,
        guild_id: identity.guildId,
        channel_id: identity.channelIds[name],
        name: `${name} webhook`,
        avatar: null,
        application_id: null,
        token: createToken(identity.webhookIds[name]),
        user_id: identity.ownerId,
      });
    });
  });
}

/** A user as Discord makes them today: unique name, discriminator "0". */
function createUser(id: string, username: string): User {
  const globalName = username.charAt(0).toUpperCase() + username.slice(1);
  return {
    id,
    username,
    discriminator: "0",
    global_name: globalName,
    avatar: null,
    public_flags: 0,
    flags: 0,
    primary_guild: null,
  };
}
