import { isForum } from "./channels.ts";
import { CHANNEL_TYPE, type Channel } from "./objects.ts";

const FORUM_DEFAULTS: Partial<Channel> = {
  available_tags: [],
  default_reaction_emoji: null,
  default_sort_order: null,
  default_forum_layout: 0,
};

/** What may be chosen of a guild's channel. */
export type ChannelWish = Pick<Channel, "id" | "guild_id" | "name"> & Partial<Channel>;

/** A text channel, or one of the type that is wished for, with all members of Discord's channel object. */
export function buildChannel({ type = CHANNEL_TYPE.text, ...wish }: ChannelWish): Channel {
  return {
    type,
    parent_id: null,
    flags: 0,
    last_message_id: null,
    rate_limit_per_user: 0,
    position: 0,
    permission_overwrites: [],
    nsfw: false,
    topic: null,
    ...(isForum({ type }) ? FORUM_DEFAULTS : {}),
    ...wish,
  };
}
