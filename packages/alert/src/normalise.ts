import type { Alert, AlertContext, AlertType, Severity } from "./alert.ts";
import { cutMiddle } from "./embed/cut-middle.ts";
import { parseLogfmt } from "./parse-logfmt.ts";
import { type AlertInput, MAX_CONTEXT_KEY_COUNT, MAX_CONTEXT_KEYS, MAX_TITLE_COUNT } from "./schema.ts";
import { textDefect } from "./text-defect.ts";

const SEVERITY_BY_TYPE: Readonly<Record<AlertType, Severity>> = {
  down: "critical",
  error: "critical",
  slow: "warn",
  up: "info",
  custom: "info",
};

/** Whether `text` has nothing to read: only white space and control characters. */
export function isBlank(text: string | undefined): boolean {
  return text === undefined || !/[^\s\p{Cc}]/u.test(text);
}

/** The context as a map. A text that is not logfmt is kept whole under the key `context`. */
export function toContext(context: AlertInput["context"]): AlertContext {
  if (context === undefined) return {};
  if (typeof context !== "string") return context;
  if (isBlank(context)) return {};
  const pairs = parseLogfmt(context);
  const fits =
    pairs !== undefined &&
    pairs.size <= MAX_CONTEXT_KEYS &&
    // A value may have got by an escape what no text may have.
    [...pairs].every(([key, value]) => key.length <= MAX_CONTEXT_KEY_COUNT && textDefect(value) === undefined);
  // `fromEntries` defines own properties, so that a key `__proto__` stays a key.
  return fits ? Object.fromEntries(pairs) : { context };
}

/** Leaves out blank texts. Every text among `fields` is optional. */
export function withoutBlanks<T extends object>(fields: T): T {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => typeof value !== "string" || !isBlank(value)),
  ) as T;
}

function defaultTitle(message: string): string {
  const line = message.split(/\r\n|[\n\r]/).find((candidate) => !isBlank(candidate)) ?? "";
  return cutMiddle(line.trim(), MAX_TITLE_COUNT);
}

/** Applies the defaults. `input` fits the schema and has a title or a message that is not blank. */
export function toAlert(input: AlertInput): Alert {
  const { title, context, ...rest } = input;
  const type = input.type ?? "custom";
  return {
    ...withoutBlanks(rest),
    title: isBlank(title) ? defaultTitle(input.message ?? "") : (title ?? "").trim(),
    type,
    severity: input.severity ?? SEVERITY_BY_TYPE[type],
    status: input.status ?? "active",
    context: toContext(context),
  };
}
