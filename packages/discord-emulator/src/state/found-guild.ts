import { buildRole } from "./build-role.ts";
import type { Guild } from "./objects.ts";
import type { State } from "./state.ts";

/**
 * What members may do in a new guild: view, send, embed, attach, read history, react, public threads, run commands (docs:
 * topics/permissions).
 * Discord's own default holds more; a bot has all of it, too.
 */
export const EVERYONE_PERMISSIONS = 311_385_246_784n;

/** Makes a guild with the one role that every guild has, whose id is the guild's. The owner must join by `joinGuild`. */
export function foundGuild(state: State, guild: Guild): void {
  state.guilds.put(guild);
  const permissions = EVERYONE_PERMISSIONS.toString();
  state.roles.create(guild.id, buildRole({ id: guild.id, name: "@everyone", permissions, position: 0 }));
}
