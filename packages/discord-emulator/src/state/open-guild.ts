import type { Random } from "../random.ts";
import type { Snowflakes } from "../snowflake.ts";
import type { Database } from "./database.ts";
import { type Identity, loadIdentity } from "./identity.ts";
import { seedState } from "./seed.ts";
import { seedMembers } from "./seed-members.ts";
import type { State } from "./state.ts";

/** What a new guild is made from. */
export interface GuildSources {
  readonly database: Database;
  readonly state: State;
  readonly snowflakes: Snowflakes;
  readonly random: Random;
  readonly createToken: (webhookId: string) => string;
}

/**
 * Loads the guild, or founds it in one transaction: there is never an identity without its guild. A directory from before
 * there were roles and members gets those of a new one.
 */
export function openGuild({ database, state, snowflakes, random, createToken }: GuildSources): Identity {
  return state.write(() => {
    const { identity, isNew } = loadIdentity(database, snowflakes, random);
    if (isNew) seedState(state, identity, createToken);
    if (!state.guilds.get(identity.guildId)) seedMembers(state, identity);
    return identity;
  });
}
