import { randomBytes } from "node:crypto";

/**
 * A name that no other test has: 13 characters, lower-case letters and digits, the first a letter. It is a valid Redis key
 * prefix, and a valid Postgres schema name without quotes.
 */
export function randomPrefix(): string {
  return `t${randomBytes(6).toString("hex")}`;
}
