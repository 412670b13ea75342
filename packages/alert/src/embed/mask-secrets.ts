import { redact } from "@tocsin/errors";
import type { Alert, AlertLink, ContextValue } from "../alert.ts";

const MASK = "[redacted]";

/** A context entry as a settings file would have it, which is how a name tells that its value is a secret. */
const asLine = (key: string, value: ContextValue): string => `${key}=${value}`;

/** A value as it may be shown: masked whole when its key names a secret, else what in it looks like one. */
export function maskValue(key: string, value: ContextValue): ContextValue {
  if (typeof value !== "string" || value === "") return value;
  const line = asLine(key, value);
  if (redact(line) === line) return value;
  const named = asLine(key, "value");
  return redact(named) === named ? redact(value) : MASK;
}

/** An address is there to be followed: a parameter is masked for what it is, not for its name. */
const maskAddress = (url: string): string =>
  url
    .split(/([?&=#])/)
    .map(redact)
    .join("");

const maskLink = ({ label, url }: AlertLink): AlertLink => ({
  ...(label === undefined ? {} : { label: redact(label) }),
  url: maskAddress(url),
});

/** Names of the texts of an alert that are shown as they are. */
const SHOWN_TEXTS = ["title", "message", "topic", "monitor_id", "action", "requested_by", "action_hint"] as const;

function maskedTexts(alert: Alert): Partial<Alert> {
  const texts = SHOWN_TEXTS.flatMap((name): [string, string][] => {
    const text = alert[name];
    return text === undefined ? [] : [[name, redact(text)]];
  });
  return Object.fromEntries(texts);
}

/** Keys that look alike when they are masked are numbered, so that none replaces another. */
function maskedContext(entries: readonly (readonly [string, ContextValue])[]): Alert["context"] {
  const masked = new Map<string, ContextValue>();
  for (const [key, value] of entries) {
    const shown = redact(key);
    const name = masked.has(shown) ? `${shown} ${masked.size + 1}` : shown;
    masked.set(name, maskValue(key, value));
  }
  return Object.fromEntries(masked);
}

/**
 * Masks what looks like a secret in everything that an alert shows, as `redact` does. An alert without any is returned as
 * it is, after one look at all of its texts together.
 */
export function maskSecrets(alert: Alert): Alert {
  const entries = Object.entries(alert.context);
  const texts: string[] = entries.map(([key, value]) => asLine(key, value));
  for (const name of SHOWN_TEXTS) {
    const text = alert[name];
    if (text !== undefined) texts.push(text);
  }
  for (const { label, url } of alert.links ?? []) texts.push(label ?? "", url);
  // No rule reads on in the next line where it would have found nothing in this one alone.
  const whole = texts.join("\n");
  if (redact(whole) === whole) return alert;
  return {
    ...alert,
    ...maskedTexts(alert),
    context: maskedContext(entries),
    ...(alert.links === undefined ? {} : { links: alert.links.map(maskLink) }),
  };
}
