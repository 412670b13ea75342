import { plainLine } from "./clean-text.ts";
import { cutMiddle } from "./cut-middle.ts";
import { MAX_THREAD_NAME_COUNT } from "./limits.ts";

/** The name of a thread that would have none. */
const FALLBACK = "alert";

const VISIBLE = /[^\s\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}]/u;

/**
 * Makes an alert's title the name of a thread or forum post: one line without control characters, at most 100 code
 * points, cut in the middle as `cutMiddle` does; `alert` when there is nothing to see in it. Never blank.
 */
export function renderThreadName(title: string): string {
  const line = plainLine(title);
  return VISIBLE.test(line) ? cutMiddle(line, MAX_THREAD_NAME_COUNT) : FALLBACK;
}
