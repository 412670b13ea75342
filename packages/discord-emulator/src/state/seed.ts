import { buildChannel } from "./build-channel.ts";
import { buildBotUser, buildUser } from "./build-user.ts";
import type { Identity } from "./identity.ts";
import { CHANNEL_TYPE } from "./objects.ts";
import type { State } from "./state.ts";

/** Fills an empty state: one guild with three channels, a webhook in each, the bot, its owner and three members. */
export function seedState(state: State, identity: Identity, createToken: (webhookId: string) => string): void {
  state.write(() => {
    state.users.put(buildUser(identity.ownerId, "owner"));
    state.users.put(buildBotUser(identity.botUserId, "tocsin"));
    for (const [name, id] of Object.entries(identity.userIds)) state.users.put(buildUser(id, name));
    const names = ["alerts", "critical", "forum"] as const;
    names.forEach((name, position) => {
      const id = identity.channelIds[name];
      const type = name === "forum" ? CHANNEL_TYPE.forum : CHANNEL_TYPE.text;
      state.channels.create(buildChannel({ id, type, guild_id: identity.guildId, name, position }));
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
