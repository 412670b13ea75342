import { redact } from "@tocsin/errors";
import type { JsonObject } from "../json.ts";

const EXCERPT_COUNT = 500;
/** So much is searched for secrets: one that begins in the excerpt ends in here. */
const SEARCHED_COUNT = 16_384;

/**
 * The first 500 characters of `body` as JSON, without secrets of known shape. `body` must not nest too deeply for
 * recursion. The text is a copy: a mere slice would keep the whole body in memory for as long as it is kept.
 */
export function toBodyExcerpt(body: JsonObject | readonly unknown[]): string {
  const text = redact(JSON.stringify(body).slice(0, SEARCHED_COUNT)).slice(0, EXCERPT_COUNT);
  return Buffer.from(text).toString();
}
