import type { JsonObject } from "../json.ts";
import { complain, type Report } from "../validate/check.ts";
import type { Resolver } from "./resolve.ts";

/** Selects (docs: components/reference, "Component Types"). */
export const SELECT_TYPE = { string: 3, user: 5, role: 6, mentionable: 7, channel: 8 } as const;

const EXPECTED: Readonly<Record<number, string>> = {
  [SELECT_TYPE.string]: "the value of an option",
  [SELECT_TYPE.user]: "the id of a user",
  [SELECT_TYPE.role]: "the id of a role of the guild",
  [SELECT_TYPE.mentionable]: "the id of a user or of a role of the guild",
  [SELECT_TYPE.channel]: "the id of a channel that the user sees and the select takes",
};

/** Checks what somebody picks in a select: that each can be picked, once, and that they are neither too few nor too many. */
export function pickValues(component: JsonObject, value: unknown, resolver: Resolver, report: Report): string[] {
  const { min_values: min = 1, max_values: max = 1 } = component as { min_values?: number; max_values?: number };
  if (!Array.isArray(value) || value.length > max || value.length < min || new Set(value).size !== value.length) {
    complain(report, "EXPECTED", min === max ? `a list of ${min}` : `a list of ${min} to ${max}, each once`);
    return [];
  }
  const isKnown = knows(component, resolver);
  for (const [index, one] of value.entries()) {
    if (typeof one === "string" && isKnown(one)) continue;
    complain({ ...report, path: [...report.path, index] }, "EXPECTED", EXPECTED[Number(component.type)] ?? "a value");
  }
  return value as string[];
}

/** Who can be picked in a select of this kind. */
function knows({ type, options, channel_types }: JsonObject, resolver: Resolver): (value: string) => boolean {
  switch (type) {
    case SELECT_TYPE.user:
      return resolver.user;
    case SELECT_TYPE.role:
      return resolver.role;
    case SELECT_TYPE.mentionable:
      return (id) => resolver.user(id) || resolver.role(id);
    case SELECT_TYPE.channel:
      return (id) => resolver.channel(id, channel_types as number[] | undefined);
    default: {
      const values = ((options ?? []) as readonly JsonObject[]).map((option) => option.value);
      return (value) => values.includes(value);
    }
  }
}
