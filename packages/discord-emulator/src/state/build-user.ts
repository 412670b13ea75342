import type { User } from "./objects.ts";

/** A user as Discord makes them today: unique name, discriminator "0". */
export function buildUser(id: string, username: string): User {
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

/** The user of a bot. */
export function buildBotUser(id: string, username: string): User {
  return { ...buildUser(id, username), global_name: null, bot: true };
}
