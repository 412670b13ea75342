import type { Interaction } from "../state/interactions.ts";

/** So long an application may take for its first answer (docs: interactions/receiving-and-responding, "Interaction Callback"). */
export const ANSWER_MS = 3000;
/** So long its token is good for more. */
const TOKEN_MS: number = 15 * 60_000;
/** So long interactions and ephemeral messages are remembered; Discord does not say how long. */
export const MEMORY_MS: number = 60 * 60_000;
/** More than that are not remembered: the oldest go first. */
export const MEMORY_COUNT = 10_000;

/** Tells whether the time for the first answer is over. */
export function isTooLate({ created_at: createdAt }: Interaction, now: number): boolean {
  return now - createdAt > ANSWER_MS;
}

/** Tells whether its token is worth nothing any more. */
export function isExpired({ created_at: createdAt }: Interaction, now: number): boolean {
  return now - createdAt > TOKEN_MS;
}
