import type { World } from "../actions/world.ts";
import { isTimedOut } from "../permissions/permissions-of.ts";
import { mayIn } from "../permissions/refuse-lacking.ts";
import type { Channel, User } from "../state/objects.ts";
import { forbidden, isMistake, type Mistake, missing } from "./mistake.ts";

/** Somebody in a channel that they see. */
export interface Place {
  readonly channel: Channel;
  readonly user: User;
}

/** Finds a person in a channel. Bots do nothing to applications. */
export function findPlace({ state }: World, channelId: string, userId: string): Place | Mistake {
  const user = state.users.get(userId);
  if (!user || user.bot) return missing("There is no such person.");
  const channel = state.channels.get(channelId);
  if (!channel || !mayIn(state, userId, channel, ["VIEW_CHANNEL"])) {
    return missing("There is no such channel that the user can see.");
  }
  return { channel, user };
}

/** Finds a person who may do something in a channel. Members in timeout only read (docs: topics/permissions). */
export function findActor(world: World, channelId: string, userId: string): Place | Mistake {
  const place = findPlace(world, channelId, userId);
  if (isMistake(place) || place.channel.guild_id === undefined) return place;
  const member = world.state.members.get(place.channel.guild_id, userId);
  return member && isTimedOut(member, world.state.now()) ? forbidden("The user is in timeout.") : place;
}
