import type { Alert, AlertThreshold } from "../alert.ts";
import { cleanText, FILLER, plainLine } from "./clean-text.ts";
import type { Cut, EmbedField } from "./embed.ts";
import { escapeMarkdown } from "./escape-markdown.ts";
import { foldFields } from "./fold-fields.ts";
import { formatDuration } from "./format-duration.ts";
import { EMBED_LIMITS } from "./limits.ts";
import { linksField } from "./links-field.ts";

/** Names and values up to this length, in UTF-16 units, stand side by side. */
const INLINE_MAX_LENGTH = 40;

/** Names that mean the alert's own fields. A context key of that name is shown as `context.<key>`. */
const OWN_NAMES: ReadonlySet<string> = new Set([
  ...["severity", "status", "type", "monitor_id", "topic", "threshold"],
  ...["links", "action", "requested_by", "action_hint"],
]);

/** The fields of the one embed of an alert, and what they do not show. */
export interface AlertFields {
  /** At most as many as Discord takes. */
  readonly fields: EmbedField[];
  /** Code points that a field's value would have if nothing were missing, by path. */
  readonly fullCounts: ReadonlyMap<string, number>;
  readonly cuts: readonly Cut[];
}

const isShort = (text: string): boolean => text.length <= INLINE_MAX_LENGTH && !/[\r\n]/.test(text);

/** A field, or none when there is nothing to say. */
function own(name: string, value: string | undefined): EmbedField[] {
  return value === undefined ? [] : [{ name, value, inline: isShort(value) }];
}

/** As {@link own}, for data: one line that shows as it is. */
function ownLine(name: string, value: string | undefined): EmbedField[] {
  return own(name, value === undefined ? undefined : escapeMarkdown(plainLine(value)) || FILLER);
}

function thresholdText({ operator, value, duration }: AlertThreshold): string {
  return duration === 0 ? `${operator} ${value}` : `${operator} ${value} for ${formatDuration(duration * 1000)}`;
}

/** What the field `status` says; nothing while the alert is active. */
export function statusText(alert: Pick<Alert, "status">, resolvedAfterMs: number | null): string | undefined {
  if (alert.status === "active") return undefined;
  // Less than a second: it was over when it was told, as with an `up`.
  return resolvedAfterMs === null || resolvedAfterMs < 1_000
    ? "resolved"
    : `resolved after ${formatDuration(resolvedAfterMs)}`;
}

function contextField([key, value]: readonly [string, Alert["context"][string]]): EmbedField {
  const line = plainLine(key);
  const name = escapeMarkdown(OWN_NAMES.has(line.replace(/\p{Cf}/gu, "").trim()) ? `context.${line}` : line) || FILLER;
  const text = escapeMarkdown(cleanText(String(value)));
  return { name, value: text, inline: isShort(name) && isShort(text) };
}

/**
 * Lays out what an alert says beside its title and message: `severity`, then what else it names, its context, its links
 * and last `action_hint`, which is the only one that may have Markdown. Context entries that are too many are folded into one field `context`.
 *
 * With `isEverything` nothing is folded or left out, and the status is there while the alert is active too.
 */
export function alertFields(alert: Alert, resolvedAfterMs: number | null, isEverything: boolean): AlertFields {
  const maxCount = isEverything ? Number.POSITIVE_INFINITY : EMBED_LIMITS.fields;
  const maxValueCount = isEverything ? Number.POSITIVE_INFINITY : EMBED_LIMITS.fieldValue;
  const links =
    alert.links === undefined || alert.links.length === 0 ? undefined : linksField(alert.links, maxValueCount);
  const before: readonly EmbedField[] = [
    { name: "severity", value: alert.severity, inline: true },
    ...own("status", statusText(alert, resolvedAfterMs) ?? (isEverything ? "active" : undefined)),
    ...own("type", alert.type === "custom" ? undefined : alert.type),
    ...ownLine("monitor_id", alert.monitor_id),
    ...ownLine("topic", alert.topic),
    ...ownLine("threshold", alert.threshold && thresholdText(alert.threshold)),
  ];
  const after: readonly EmbedField[] = [
    ...(links === undefined ? [] : [links.field]),
    ...ownLine("action", alert.action),
    ...ownLine("requested_by", alert.requested_by),
    ...own("action_hint", alert.action_hint).map((field) => ({ ...field, inline: false })),
  ];
  const entries = Object.entries(alert.context).map(contextField);
  const context = foldFields(entries, maxCount - before.length - after.length, "context");
  const contextEnd = before.length + context.fields.length;

  const fullCounts = new Map<string, number>();
  const cuts: Cut[] = [];
  if (context.fields.length < entries.length) {
    fullCounts.set(`/embeds/0/fields/${contextEnd - 1}/value`, context.foldedCount);
    const fromCount = before.length + entries.length + after.length;
    cuts.push({ path: "/embeds/0/fields", fromCount, toCount: EMBED_LIMITS.fields });
  }
  if (links !== undefined && links.fullCount > maxValueCount) {
    fullCounts.set(`/embeds/0/fields/${contextEnd}/value`, links.fullCount);
  }
  return { fields: [...before, ...context.fields, ...after], fullCounts, cuts };
}
