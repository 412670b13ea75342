import type { Random } from "../random.ts";
import { isSnowflake } from "../snowflake.ts";

/** So many characters as the live service's tokens have before encoding; a multiple of three needs no padding. */
const TEXT_LENGTH = 162;

/** The token of an interaction: base64 of its id and randomness, as proxies expect it (seen in nirn-proxy, lib/bucketpath.go). */
export function createInteractionToken(id: string, random: Random): string {
  const start = `interaction:${id}:`;
  // Only characters whose base64 holds no slash, which would end a path segment.
  return Buffer.from(start + random.token(TEXT_LENGTH - start.length)).toString("base64");
}

/** The id within a token; undefined: it is none. */
export function interactionIdIn(token: string): string | undefined {
  const [, id] = /^interaction:(\d{1,20}):/.exec(Buffer.from(token, "base64").toString("latin1")) ?? [];
  return id !== undefined && isSnowflake(id) ? id : undefined;
}
