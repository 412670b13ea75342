import type { World } from "../actions/world.ts";
import type { Interaction, InteractionResponse } from "../state/interactions.ts";
import { ANSWER_MS } from "./interaction-times.ts";
import { viewInteraction } from "./interaction-view.ts";

/** Named by `t` on the page's stream only: Discord has no such event. */
export const STATUS_EVENT = "INTERACTION_STATUS";

/** Notes the first answer of an interaction and tells its user's page. */
export function answerInteraction(world: World, interaction: Interaction, response: InteractionResponse): Interaction {
  return settle(world, { ...interaction, response });
}

/** Notes that an interaction has failed and tells its user's page. One that is answered or has failed stays as it is. */
export function failInteraction(world: World, id: string): void {
  const interaction = world.state.interactions.get(id);
  if (interaction && !interaction.response && !interaction.failed) settle(world, { ...interaction, failed: true });
}

/**
 * Fails the interactions that nobody has answered in time. To be called before anything is read: so nobody sees one
 * pending whose time is over.
 */
export function failLateInteractions(world: Pick<World, "state">): void {
  const late = world.state.interactions.overdue(world.state.now());
  for (const interaction of late) settle(world, { ...interaction, failed: true });
}

/** When the first answer of an interaction is due, epoch milliseconds. */
export function answerDueAt({ created_at: createdAt }: Interaction): number {
  return createdAt + ANSWER_MS;
}

function settle({ state }: Pick<World, "state">, settled: Interaction): Interaction {
  return state.write(() => {
    state.interactions.put(settled);
    const audience = { kind: "page", viewerId: settled.user_id } as const;
    state.announce({ t: STATUS_EVENT, d: viewInteraction(settled), audience });
    return settled;
  });
}
