import type { JsonObject } from "../json.ts";
import { toTimestamp } from "../snowflake.ts";

const HOUR_MS = 3_600_000;
const DEFAULT_HOURS = 24;

/** A checked request for a poll as the message keeps it; votes are counted elsewhere. `now`: epoch milliseconds. */
export function buildPoll({ question, answers, duration, ...options }: JsonObject, now: number): JsonObject {
  const hours = Number(duration ?? DEFAULT_HOURS);
  return {
    question,
    answers: (answers as JsonObject[]).map((answer, index) => ({
      answer_id: index + 1,
      poll_media: fillEmoji(answer.poll_media as JsonObject),
    })),
    expiry: toTimestamp(now + hours * HOUR_MS),
    allow_multiselect: options.allow_multiselect === true,
    layout_type: 1,
  };
}

/** Whoever asks gives only one of the two members of an emoji. */
function fillEmoji({ emoji, ...media }: JsonObject): JsonObject {
  return emoji === undefined ? media : { ...media, emoji: { id: null, name: "", ...(emoji as JsonObject) } };
}
