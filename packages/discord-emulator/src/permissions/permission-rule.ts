import type { TextRule } from "../validate/rule.ts";
import { ALL_PERMISSIONS } from "./permission.ts";

/** A bit set in a request: an integer, or its decimal text. */
export const PERMISSIONS_RULE: TextRule = {
  kind: "text",
  maxCount: 20,
  checks: [
    {
      code: "NUMBER_TYPE_COERCE",
      complain: (text) => (/^\d+$/.test(text) ? undefined : `Value "${text}" is not int.`),
    },
  ],
};

/** Reads a checked bit set; bits that mean nothing are dropped. */
export function readPermissions(value: unknown, fallback = 0n): bigint {
  return value === undefined ? fallback : BigInt(String(value)) & ALL_PERMISSIONS;
}
