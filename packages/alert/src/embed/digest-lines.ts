import { redact } from "@tocsin/errors";
import type { Alert, ContextValue } from "../alert.ts";
import { statusText } from "./alert-fields.ts";
import { type AlertView, activeMs } from "./alert-view.ts";
import { plainLine } from "./clean-text.ts";
import { cutEscaped } from "./cut-middle.ts";
import { escapeMarkdown } from "./escape-markdown.ts";
import { lookOf } from "./look.ts";
import { maskValue } from "./mask-secrets.ts";
import { toRelativeTime } from "./timestamp.ts";

/** So that at least ten lines fit, whatever they say. */
const MAX_TITLE_COUNT = 120;
const MAX_ENTRY_COUNT = 60;

const line = (text: string, maxCount: number): string => cutEscaped(escapeMarkdown(plainLine(text)), maxCount);

/** Keys of context entries that not all of these alerts have alike: what tells one from the other. */
export function tellingKeys(views: readonly AlertView[]): ReadonlySet<string> {
  const seen = new Map<string, { readonly value: ContextValue; count: number; isTelling: boolean }>();
  for (const { alert } of views) {
    for (const [key, value] of Object.entries(alert.context)) {
      const entry = seen.get(key);
      if (entry === undefined) seen.set(key, { value, count: 1, isTelling: false });
      else {
        entry.count += 1;
        entry.isTelling ||= entry.value !== value;
      }
    }
  }
  const telling = [...seen].filter(([, entry]) => entry.isTelling || entry.count < views.length);
  return new Set(telling.map(([key]) => key));
}

/** The first entry under one of `keys` that says something, secrets left out. */
function entryText(alert: Alert, keys: ReadonlySet<string>): string {
  for (const [key, value] of Object.entries(alert.context)) {
    if (!keys.has(key) || String(value).trim() === "" || maskValue(key, value) !== value) continue;
    return ` · ${line(`${redact(key)}=${value}`, MAX_ENTRY_COUNT)}`;
  }
  return "";
}

/**
 * One alert in one line: icon, title, the first entry of its context whose key is in `keys`, and since when it is active
 * or how long it was. Markdown; `createdAt` shows in each reader's own time.
 */
export function digestLine(view: AlertView, keys: ReadonlySet<string>): string {
  const { alert, createdAt } = view;
  const title = line(redact(alert.title), MAX_TITLE_COUNT);
  const time = statusText(alert, activeMs(view)) ?? toRelativeTime(createdAt);
  return `${lookOf(alert).icon} ${title}${entryText(alert, keys)} · ${time}`;
}
