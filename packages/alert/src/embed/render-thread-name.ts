import { redact } from "@tocsin/errors";
import type { AlertStatus } from "../alert.ts";
import { plainLine } from "./clean-text.ts";
import { cutMiddle } from "./cut-middle.ts";
import { MAX_THREAD_NAME_COUNT } from "./limits.ts";
import { RESOLVED } from "./look.ts";

/** What {@link renderThreadName} shows beside the title. */
export interface ThreadNameOptions {
  /** A resolved alert's thread begins with the icon for it. @default "active" */
  readonly status?: AlertStatus;
}

/** The name of a thread that would have none. */
const FALLBACK = "alert";

const VISIBLE = /[^\s\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}]/u;

/**
 * Makes an alert's title the name of a thread or forum post: one line without control characters, at most 100 code
 * points, cut in the middle as `cutMiddle` does; `alert` when there is nothing to see in it. Never blank. Secrets are masked.
 */
export function renderThreadName(title: string, { status = "active" }: ThreadNameOptions = {}): string {
  const line = redact(plainLine(title));
  const icon = status === "resolved" ? `${RESOLVED.icon} ` : "";
  return icon + (VISIBLE.test(line) ? cutMiddle(line, MAX_THREAD_NAME_COUNT - icon.length) : FALLBACK);
}
