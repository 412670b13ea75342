import type { JsonObject } from "../json.ts";
import { complain, type Report } from "./check.ts";
import { LIMITS } from "./limits.ts";
import type { ListRule, ObjectRule } from "./rule.ts";

const ids: ListRule = { kind: "list", maxCount: LIMITS.mentionIdCount, of: { kind: "snowflake" } };

/** `allowed_mentions` (docs: resources/message, "Allowed Mentions Object"). */
export const ALLOWED_MENTIONS: ObjectRule = {
  kind: "object",
  fields: {
    parse: {
      kind: "list",
      maxCount: 3,
      of: { kind: "text", maxCount: 20, choices: ["roles", "users", "everyone"] },
    },
    roles: ids,
    users: ids,
    replied_user: { kind: "boolean" },
  },
};

/** Complains when a kind is both parsed from the text and listed by id. Empty lists never conflict. */
export function checkMentionConflict(mentions: JsonObject, report: Report): void {
  const parse = (mentions.parse as string[] | undefined) ?? [];
  for (const kind of ["users", "roles"]) {
    const listed = (mentions[kind] as string[] | undefined) ?? [];
    if (!parse.includes(kind) || listed.length === 0) continue;
    const message = `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`;
    complain(report, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message);
  }
}
