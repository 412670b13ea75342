import type { World } from "../actions/world.ts";
import { type Refusal, refuse } from "../errors/refusal.ts";
import { isSnowflake } from "../snowflake.ts";
import { isSame } from "../state/bots.ts";
import type { Interaction } from "../state/interactions.ts";
import { isExpired } from "./interaction-times.ts";
import { interactionIdIn } from "./interaction-token.ts";

type Params = Readonly<Record<string, string>>;

/** Tells whether an id of a webhook's path is an application's: then the path is about an interaction. */
export function isApplication({ state }: Pick<World, "state">, id: string | undefined): boolean {
  return id !== undefined && isSnowflake(id) && state.bots.get(id) !== undefined;
}

/** The interaction that a path names by its token; undefined: it names none, or with a wrong token. */
export function findInteraction({ state }: Pick<World, "state">, params: Params): Interaction | undefined {
  const token = params.interaction_token ?? params.webhook_token ?? "";
  const id = params.interaction_id ?? interactionIdIn(token);
  const interaction = id === undefined ? undefined : state.interactions.get(id);
  if (!interaction || !isSame(interaction.token, token)) return undefined;
  return params.webhook_id === undefined || params.webhook_id === interaction.application_id ? interaction : undefined;
}

/**
 * Lets through who has the token of an interaction, or says why not. To answer first takes one that is known (else 10062).
 * More takes an application that exists (else 10015), a token of its own that is not older than 15 minutes (else 50027),
 * and a first answer (else 10015: before that the webhook does not exist).
 */
export function authoriseInteraction(world: Pick<World, "state">, params: Params): Refusal | undefined {
  const interaction = findInteraction(world, params);
  if (params.interaction_id !== undefined) return interaction ? undefined : refuse(10062);
  if (!isApplication(world, params.webhook_id)) return refuse(10015);
  if (!interaction || isExpired(interaction, world.state.now())) return refuse(50027);
  return interaction.response ? undefined : refuse(10015);
}
