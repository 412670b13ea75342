import type { FormIssue } from "../errors/form-errors.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import { isSnowflake } from "../snowflake.ts";
import type { BooleanRule, IntegerRule, ListRule, NumberRule, ObjectRule, Rule, TextRule, UrlRule } from "./rule.ts";

/** Where complaints go: a place in the body and what to say about it. */
export interface Report {
  readonly path: readonly (string | number)[];
  readonly issues: FormIssue[];
}

/** Nobody reads more complaints than this about one body; looking for more would only cost time. */
const MAX_ISSUE_COUNT = 100;

const ISO_8601 = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * Checks `value` against `rule` and returns it cleaned: trimmed, coerced as Discord coerces, without unknown members.
 * `undefined` means absent (or wrong: then there are issues). After 100 issues nothing more is looked at.
 */
export function check(rule: Rule, value: unknown, report: Report): unknown {
  if (report.issues.length >= MAX_ISSUE_COUNT) return undefined;
  const cleaned = value === undefined || value === null ? undefined : CHECKS[rule.kind](rule as never, value, report);
  if (cleaned !== undefined || !rule.required) return cleaned;
  if (!report.issues.some((issue) => startsWith(issue.path, report.path)))
    complain(report, "BASE_TYPE_REQUIRED", "This field is required");
  return cleaned;
}

/** Checks a whole body. */
export function checkBody(
  rule: ObjectRule,
  body: JsonObject,
): { readonly value: JsonObject; readonly issues: FormIssue[] } {
  const issues: FormIssue[] = [];
  const value = check(rule, body, { path: [], issues }) as JsonObject;
  return { value, issues };
}

/** Length as Discord counts it: code points, not UTF-16 units. */
export function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** Adds a complaint about the place of `report`, up to 100 of them. */
export function complain(report: Report, code: string, message: string): undefined {
  if (report.issues.length < MAX_ISSUE_COUNT) report.issues.push({ path: report.path, code, message });
  return undefined;
}

/** Complains where the least that members of an object allow is more than the most. */
export function refuseCrossed(members: JsonObject, [least, most]: readonly [string, string], report: Report): void {
  const [min, max] = [members[least], members[most]];
  if (typeof min !== "number" || typeof max !== "number" || min <= max) return;
  complain(below(report, least), "NUMBER_TYPE_MAX", `int value should be less than or equal to ${max}.`);
}

/** The place one step below. */
export function below(report: Report, step: string | number): Report {
  return { path: [...report.path, step], issues: report.issues };
}

function startsWith(path: FormIssue["path"], prefix: FormIssue["path"]): boolean {
  return prefix.every((step, index) => path[index] === step);
}

function complainLength(report: Report, { minCount, maxCount }: { minCount?: number; maxCount: number }): undefined {
  return minCount === undefined
    ? complain(report, "BASE_TYPE_MAX_LENGTH", `Must be ${maxCount} or fewer in length.`)
    : complain(report, "BASE_TYPE_BAD_LENGTH", `Must be between ${minCount} and ${maxCount} in length.`);
}

function complainChoices(report: Report, choices: readonly (string | number)[]): undefined {
  const list = choices.map((choice) => (typeof choice === "string" ? `'${choice}'` : String(choice))).join(", ");
  return complain(report, "BASE_TYPE_CHOICES", `Value must be one of (${list}).`);
}

function isWithin(count: number, { minCount = 0, maxCount }: { minCount?: number; maxCount: number }): boolean {
  return count >= minCount && count <= maxCount;
}

const CHECKS = {
  text(rule: TextRule, value: unknown, report: Report) {
    // Numbers pass as text on Discord.
    if (typeof value !== "string" && typeof value !== "number") {
      return complain(report, "STRING_TYPE_CONVERT", "Could not interpret value as string.");
    }
    const text = rule.trim ? String(value).trim() : String(value);
    if (rule.blankIsAbsent && text.trim() === "") return undefined;
    if (!isWithin(countCodePoints(text), rule)) return complainLength(report, rule);
    if (rule.choices && !rule.choices.includes(text)) return complainChoices(report, rule.choices);
    for (const { code, complain: complaint } of rule.checks ?? []) {
      const message = complaint(text);
      if (message !== undefined) return complain(report, code, message);
    }
    return text;
  },
  integer(rule: IntegerRule, value: unknown, report: Report) {
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof number !== "number" || !Number.isInteger(number)) {
      return complain(report, "NUMBER_TYPE_COERCE", `Value "${describe(value)}" is not int.`);
    }
    if (rule.choices && !rule.choices.includes(number)) return complainChoices(report, rule.choices);
    if (rule.max !== undefined && number > rule.max) {
      return complain(report, "NUMBER_TYPE_MAX", `int value should be less than or equal to ${rule.max}.`);
    }
    if (rule.min !== undefined && number < rule.min) {
      return complain(report, "NUMBER_TYPE_MIN", `int value should be greater than or equal to ${rule.min}.`);
    }
    return number;
  },
  number(rule: NumberRule, value: unknown, report: Report) {
    if (typeof value === "number" && value >= rule.min && value <= rule.max) return value;
    return complain(report, "NUMBER_TYPE_COERCE", `Must be a number between ${rule.min} and ${rule.max}.`);
  },
  boolean(_rule: BooleanRule, value: unknown, report: Report) {
    const text = typeof value === "object" ? "" : String(value).toLowerCase();
    if (["true", "1"].includes(text)) return true;
    if (["false", "0"].includes(text)) return false;
    return complain(report, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.");
  },
  snowflake(_rule: Rule, value: unknown, report: Report) {
    const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
    if (!isSnowflake(text))
      return complain(report, "NUMBER_TYPE_COERCE", `Value "${describe(value)}" is not snowflake.`);
    return text;
  },
  url(rule: UrlRule, value: unknown, report: Report) {
    if (typeof value !== "string") return complain(report, "URL_TYPE_INVALID_URL", "Not a well formed URL.");
    const text = value.trim();
    if (text === "") return undefined;
    if (countCodePoints(text) > rule.maxCount) return complainLength(report, rule);
    const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
    if (scheme === undefined) return complain(report, "URL_TYPE_INVALID_URL", "Not a well formed URL.");
    if (!rule.schemes.includes(scheme)) {
      const list = rule.schemes.map((name) => `'${name}'`).join(", ");
      const message = `Scheme "${scheme}" is not supported. Scheme must be one of (${list}).`;
      return complain(report, "URL_TYPE_INVALID_SCHEME", message);
    }
    if (scheme !== "attachment" && !URL.canParse(text)) {
      return complain(report, "URL_TYPE_INVALID_URL", "Not a well formed URL.");
    }
    return text;
  },
  timestamp(_rule: Rule, value: unknown, report: Report) {
    if (value === "") return undefined;
    if (typeof value !== "string" || !ISO_8601.test(value) || Number.isNaN(Date.parse(value))) {
      return complain(report, "DATE_TIME_TYPE_PARSE", `Could not parse ${describe(value)}. Should be ISO8601.`);
    }
    const hasZone = /(?:Z|[+-]\d{2}:?\d{2})$/.test(value.slice(10));
    return new Date(hasZone || value.length === 10 ? value : `${value}Z`).toISOString().replace("Z", "000+00:00");
  },
  list(rule: ListRule, value: unknown, report: Report) {
    if (!Array.isArray(value)) {
      return complain(report, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
    }
    if (!isWithin(value.length, rule)) return complainLength(report, rule);
    return value
      .map((entry, index) => check(rule.of, entry, below(report, index)))
      .filter((entry) => entry !== undefined);
  },
  object(rule: ObjectRule, value: unknown, report: Report) {
    if (!isJsonObject(value)) return complain(report, "MODEL_TYPE_CONVERT", "Expected an object/dictionary.");
    const cleaned: JsonObject = {};
    for (const [name, field] of Object.entries(rule.fields)) {
      const member = check(field, Object.hasOwn(value, name) ? value[name] : undefined, below(report, name));
      if (member !== undefined) cleaned[name] = member;
    }
    return cleaned;
  },
  any: (_rule: Rule, value: unknown) => value,
} satisfies Record<Rule["kind"], (rule: never, value: unknown, report: Report) => unknown>;

/** A value as a complaint quotes it: short, on one line. */
function describe(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
