import type { World } from "../actions/world.ts";
import type { JsonObject } from "../json.ts";
import { INTERACTION_TYPE, type Interaction } from "../state/interactions.ts";
import type { InteractionDraft } from "./interaction-draft.ts";
import { MEMORY_COUNT, MEMORY_MS } from "./interaction-times.ts";
import { createInteractionToken } from "./interaction-token.ts";
import { presentInteraction } from "./present-interaction.ts";
import { answerDueAt } from "./settle-interaction.ts";

/** An interaction that was stored, and what its application hears of it. */
export interface OpenedInteraction {
  readonly interaction: Interaction;
  readonly payload: JsonObject;
}

/**
 * Stores an interaction and, unless its application takes them by HTTP, announces INTERACTION_CREATE to its bot. Forgets
 * interactions and ephemeral messages whose time is over.
 */
export function openInteraction(world: World, draft: InteractionDraft): OpenedInteraction {
  const { state, randomFor } = world;
  return state.write(() => {
    const now = state.now();
    state.interactions.prune(now - MEMORY_MS, MEMORY_COUNT);
    state.ephemeral.prune(now - MEMORY_MS, MEMORY_COUNT);
    const id = state.nextId();
    const { type, bot, channel, user, data, message, opener } = draft;
    const interaction: Interaction = {
      id,
      type,
      application_id: bot.applicationId,
      token: createInteractionToken(id, randomFor(`interaction ${id}`)),
      channel_id: channel.id,
      ...(channel.guild_id === undefined ? {} : { guild_id: channel.guild_id }),
      user_id: user.id,
      created_at: now,
      data,
      metadata: describe(id, draft),
      ...(draft.commandName === undefined ? {} : { invocation: { id, type, name: draft.commandName, user } }),
      ...(message ? { message_id: message.id } : {}),
      ...(opener ? { opener_id: opener.id } : {}),
    };
    draft.store?.(id);
    state.interactions.put(interaction, answerDueAt(interaction));
    const payload = presentInteraction(world, interaction, draft);
    if (bot.interactionsEndpointUrl === undefined) {
      // It may hold a message that only who acts sees, and what they wrote for the application alone.
      const audience = { kind: "bot", userId: bot.userId, viewerId: user.id } as const;
      state.announce({ t: "INTERACTION_CREATE", d: payload, audience });
    }
    return { interaction, payload };
  });
}

/** What answers will say about it (docs: resources/message, "Message Interaction Metadata Object"). */
function describe(id: string, { type, user, owners, data, message, opener }: InteractionDraft): JsonObject {
  const metadata = { id, type, user, authorizing_integration_owners: owners };
  const targetId = data.target_id;
  const resolved = data.resolved as Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
  switch (type) {
    case INTERACTION_TYPE.component:
      return { ...metadata, interacted_message_id: message?.id };
    case INTERACTION_TYPE.modal:
      return { ...metadata, triggering_interaction_metadata: opener?.metadata };
    default:
      if (typeof targetId !== "string") return metadata;
      return data.type === 2
        ? { ...metadata, target_user: resolved?.users?.[targetId] }
        : { ...metadata, target_message_id: targetId };
  }
}
