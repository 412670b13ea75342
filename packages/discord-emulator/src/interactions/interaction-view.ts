import type { JsonObject } from "../json.ts";
import { toTimestamp } from "../snowflake.ts";
import type { Interaction } from "../state/interactions.ts";

/** What became of an interaction. */
export type InteractionStatus = "pending" | "answered" | "failed";

/** `failed`: nobody answered in time, or not properly. */
export function statusOf({ response, failed }: Interaction): InteractionStatus {
  if (response) return "answered";
  return failed ? "failed" : "pending";
}

/** An interaction as the control API shows it: without its token. */
export function viewInteraction(interaction: Interaction): JsonObject {
  const { id, type, application_id, channel_id, user_id, response, created_at } = interaction;
  return {
    id,
    type,
    application_id,
    channel_id,
    user_id,
    status: statusOf(interaction),
    response: response ?? null,
    created_at: toTimestamp(created_at),
  };
}
