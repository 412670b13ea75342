import type { TextRule } from "./rule.ts";

const FORBIDDEN_PARTS = ["clyde", "discord"];
const FORBIDDEN_NAMES = ["everyone", "here"];

/** Demands on webhook names and the `username` override (docs: resources/webhook, "Create Webhook"). */
export const NAME_CHECKS: NonNullable<TextRule["checks"]> = [
  {
    code: "USERNAME_INVALID_CONTAINS",
    complain(name) {
      const part = FORBIDDEN_PARTS.find((word) => name.toLowerCase().includes(word));
      return part && `Username cannot contain "${part}"`;
    },
  },
  {
    code: "USERNAME_INVALID",
    complain(name) {
      const word = FORBIDDEN_NAMES.find((forbidden) => name.toLowerCase() === forbidden);
      return word && `Username cannot be "${word}"`;
    },
  },
];
