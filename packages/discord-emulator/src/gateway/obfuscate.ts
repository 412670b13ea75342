import { PERMISSION } from "../permissions/permission.ts";
import type { Channel } from "../state/objects.ts";

/** Channel flag of those that the receiver cannot see (docs: resources/channel, "Channel Flags"). */
const OBFUSCATED = 1 << 17;
const HIDDEN_NAME = "___hidden___";

/**
 * What the Gateway shows of a channel that the bot cannot see: that it is there, and nothing that tells what it is about
 * (docs: resources/channel, "Obfuscated Channels"). Which members besides name, flags and overwrites stay is assumed.
 */
export function obfuscate({ id, type, guild_id, position, parent_id }: Channel): object {
  const hidden = { id: guild_id, type: 0, allow: "0", deny: PERMISSION.VIEW_CHANNEL.toString() };
  return {
    id,
    type,
    guild_id,
    name: HIDDEN_NAME,
    position,
    parent_id,
    flags: OBFUSCATED,
    permission_overwrites: [hidden],
    topic: null,
    nsfw: false,
    last_message_id: null,
    rate_limit_per_user: 0,
  };
}
