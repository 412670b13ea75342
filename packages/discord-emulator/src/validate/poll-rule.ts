import { LIMITS } from "./limits.ts";
import type { ObjectRule } from "./rule.ts";

/** Either a custom emoji's id or a Unicode one's name is enough (docs: resources/poll, "Poll Media Object"). */
const emoji = {
  kind: "object",
  fields: {
    id: { kind: "snowflake" },
    name: { kind: "text", maxCount: 100 },
    animated: { kind: "boolean" },
  },
} as const;

const answer: ObjectRule = {
  kind: "object",
  fields: {
    poll_media: {
      kind: "object",
      required: true,
      fields: {
        text: { kind: "text", required: true, minCount: 1, maxCount: LIMITS.pollAnswerTextCount, trim: true },
        emoji,
      },
    },
  },
};

/** `poll` of a new message (docs: resources/poll, "Poll Create Request Object"). */
export const POLL: ObjectRule = {
  kind: "object",
  fields: {
    question: {
      kind: "object",
      required: true,
      fields: {
        text: { kind: "text", required: true, minCount: 1, maxCount: LIMITS.pollQuestionCount, trim: true },
      },
    },
    answers: { kind: "list", required: true, minCount: 1, maxCount: LIMITS.pollAnswerCount, of: answer },
    duration: { kind: "integer", min: 1, max: LIMITS.pollHoursMax },
    allow_multiselect: { kind: "boolean" },
    layout_type: { kind: "integer", choices: [1] },
  },
};
