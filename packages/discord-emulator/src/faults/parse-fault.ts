import type { JsonObject } from "../json.ts";
import { below, check, complain, type Report } from "../validate/check.ts";
import type { ObjectRule, Rule } from "../validate/rule.ts";
import type { FaultEffect, FaultRule } from "./fault.ts";

const seconds: Rule = { kind: "number", min: 0, max: 86_400 };
const status: Rule = { kind: "integer", required: true, min: 200, max: 599 };
const code: Rule = { kind: "integer", min: 0 };

/** Members of each effect, beside `kind`. */
const EFFECTS: Readonly<Record<FaultEffect["kind"], ObjectRule["fields"]>> = {
  latency: { latency_ms: { kind: "number", required: true, min: 0, max: 600_000 } },
  status: { status, body: { kind: "any" }, code },
  status_after_commit: { status },
  reset: {},
  reset_after_commit: {},
  rate_limit: {
    scope: { kind: "text", required: true, maxCount: 10, choices: ["user", "shared", "global"] },
    retry_after: { ...seconds, required: true },
    code,
  },
  reject: { code: { ...code, required: true }, errors: { kind: "any" } },
  cloudflare_ban: { retry_after: seconds },
};

const FAULT: ObjectRule = {
  kind: "object",
  fields: {
    match: {
      kind: "object",
      fields: {
        method: { kind: "text", maxCount: 10, choices: ["GET", "POST", "PUT", "PATCH", "DELETE"] },
        route: { kind: "text", minCount: 1, maxCount: 200 },
        channel_id: { kind: "snowflake" },
        webhook_id: { kind: "snowflake" },
      },
    },
    effect: { kind: "any", required: true },
    count: { kind: "integer", min: 1 },
    probability: { kind: "number", min: 0, max: 1 },
    skip: { kind: "integer", min: 0 },
  },
};

/** Checks a fault rule; complaints go to `report`. Unknown members are complained about: a misspelt one would do nothing. */
export function parseFault(body: JsonObject, report: Report): FaultRule {
  const rule = check(FAULT, body, report) as JsonObject;
  refuseUnknown(body, Object.keys(FAULT.fields), report);
  const match = body.match;
  if (typeof match === "object" && match !== null) {
    refuseUnknown(match as JsonObject, ["method", "route", "channel_id", "webhook_id"], below(report, "match"));
  }
  const place = below(report, "effect");
  const effect = (typeof body.effect === "object" && body.effect !== null ? body.effect : {}) as JsonObject;
  const { kind } = effect;
  if (typeof kind !== "string" || !isEffectKind(kind)) {
    complain(below(place, "kind"), "BASE_TYPE_CHOICES", `one of ${Object.keys(EFFECTS).join(", ")}`);
    return rule as unknown as FaultRule;
  }
  const fields = EFFECTS[kind];
  refuseUnknown(effect, ["kind", ...Object.keys(fields)], place);
  const members = (check({ kind: "object", fields }, effect, place) ?? {}) as JsonObject;
  return { ...rule, effect: { kind, ...members } } as unknown as FaultRule;
}

function isEffectKind(kind: string): kind is FaultEffect["kind"] {
  return Object.hasOwn(EFFECTS, kind);
}

function refuseUnknown(object: JsonObject, known: readonly string[], report: Report): void {
  for (const name of Object.keys(object)) {
    if (!known.includes(name)) complain(below(report, name), "UNKNOWN", `one of the members ${known.join(", ")}`);
  }
}
