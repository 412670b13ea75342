import type { World } from "../actions/world.ts";
import type { JsonObject } from "../json.ts";
import { channelPermissions } from "../permissions/permissions-of.ts";
import { mayIn } from "../permissions/refuse-lacking.ts";
import { isSnowflake } from "../snowflake.ts";
import type { Channel, StoredMessage } from "../state/objects.ts";
import { presentMember } from "../state/present-member.ts";
import type { Place } from "./acting-user.ts";
import { presentPlaceOf } from "./present-interaction.ts";

/** What the ids of an interaction mean (docs: interactions/receiving-and-responding, "Resolved Data Structure"). */
export interface Resolver {
  /** Each notes what it finds; false: there is no such thing, as far as the user can see. */
  user(id: string): boolean;
  role(id: string): boolean;
  /** With `types`, only channels of these. */
  channel(id: string, types?: readonly number[]): boolean;
  message(message: StoredMessage): void;
  attachment(attachment: JsonObject & { readonly id: string }): void;
  /** All that was noted; undefined: nothing was. */
  result(): JsonObject | undefined;
}

/** Creates one for what `place`'s user does to the application of `botId`. */
export function createResolver(world: World, { channel: home, user: actor }: Place, botId: string): Resolver {
  const { state, presenterFor } = world;
  const guildId = home.guild_id;
  const kinds: Record<string, Record<string, unknown>> = {};
  const note = (kind: string, id: string, value: unknown) => {
    kinds[kind] = { ...kinds[kind], [id]: value };
    return true;
  };

  function noteMember(id: string): void {
    const member = guildId === undefined ? undefined : state.members.get(guildId, id);
    if (!member) return;
    // Partial: the user lies beside it, and whether it is deaf or mute is not told.
    const { user: _, deaf: __, mute: ___, ...partial } = presentMember(state, member);
    note("members", id, { ...partial, permissions: channelPermissions(state, id, home).toString() });
  }

  function isVisible(channel: Channel): boolean {
    return channel.guild_id === guildId && mayIn(state, actor.id, channel, ["VIEW_CHANNEL"]);
  }

  return {
    user(id) {
      const user = isSnowflake(id) ? state.users.get(id) : undefined;
      if (!user) return false;
      noteMember(id);
      return note("users", id, user);
    },
    role(id) {
      const role = guildId !== undefined && isSnowflake(id) ? state.roles.get(guildId, id) : undefined;
      return role ? note("roles", id, role) : false;
    },
    channel(id, types) {
      const channel = isSnowflake(id) ? state.channels.get(id) : undefined;
      if (!channel || !isVisible(channel)) return false;
      if (types && types.length > 0 && !types.includes(channel.type)) return false;
      return note("channels", id, presentPlaceOf(world, channel, actor.id, botId));
    },
    message: (message) => void note("messages", message.id, presenterFor(botId).message(message)),
    attachment: (attachment) => void note("attachments", attachment.id, attachment),
    result: () => (Object.keys(kinds).length === 0 ? undefined : kinds),
  };
}
