import { type Refusal, refuseForm } from "../errors/refusal.ts";
import type { JsonObject } from "../json.ts";
import { checkBody } from "./check.ts";
import type { ObjectRule } from "./rule.ts";

/** Checks query parameters like the members of a body. */
export function checkQuery(fields: ObjectRule["fields"], query: URLSearchParams): JsonObject | Refusal {
  const { value, issues } = checkBody({ kind: "object", fields }, Object.fromEntries(query));
  return issues.length > 0 ? refuseForm(issues) : value;
}

/** `before`, `after`, `around` and `limit` of lists. */
export function pageFields(maxCount: number): ObjectRule["fields"] {
  return {
    limit: { kind: "integer", min: 1, max: maxCount },
    before: { kind: "snowflake" },
    after: { kind: "snowflake" },
    around: { kind: "snowflake" },
  };
}
