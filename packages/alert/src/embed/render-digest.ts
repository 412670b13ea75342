import { TocsinError } from "@tocsin/errors";
import type { Severity } from "../alert.ts";
import { footerText } from "./alert-embed.ts";
import { type RenderedAlert, type RenderOptions, toMessage } from "./alert-message.ts";
import type { AlertView } from "./alert-view.ts";
import { digestLine, tellingKeys } from "./digest-lines.ts";
import type { AlertEmbed, Cut } from "./embed.ts";
import { fitEmbeds } from "./fit-embeds.ts";
import { EMBED_LIMITS } from "./limits.ts";
import { lookOf } from "./look.ts";
import { STRICT_LIMITS, strictEmbeds } from "./strict-embed.ts";
import { toTimestamp } from "./timestamp.ts";

/** How {@link renderDigest} counts and signs. */
export interface DigestOptions extends RenderOptions {
  /** How many alerts were folded, those that are not given here too. @default the number given */
  readonly totalCount?: number;
}

const SEVERITIES: readonly Severity[] = ["critical", "warn", "info"];

/** What a reader should see first: active before resolved, the worse before the milder, and what began it all before the rest. */
function byUrgency(one: AlertView, other: AlertView): number {
  return (
    rankOf(one) - rankOf(other) ||
    one.createdAt - other.createdAt ||
    (one.id < other.id ? -1 : Number(one.id > other.id))
  );
}

const rankOf = ({ alert }: AlertView): number =>
  alert.status === "resolved" ? SEVERITIES.length : SEVERITIES.indexOf(alert.severity);

/** `3 critical, 1 info`: those of which there are none are left out. */
function countText(counts: readonly (readonly [name: string, count: number])[]): string {
  return counts
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`)
    .join(", ");
}

function countFields(views: readonly AlertView[], totalCount: number): AlertEmbed["fields"] {
  const active = views.filter(({ alert }) => alert.status === "active");
  const severity = countText(
    SEVERITIES.map((name) => [name, active.filter(({ alert }) => alert.severity === name).length]),
  );
  const status = countText([
    ["active", active.length],
    ["resolved", views.length - active.length],
    ["others", totalCount - views.length],
  ]);
  return [
    ...(severity === "" ? [] : [{ name: "severity", value: severity, inline: true }]),
    { name: "status", value: status, inline: true },
  ];
}

const moreText = (count: number): string => `… and ${count} more`;

/** As many lines as fit `maxLength` UTF-16 units, and the number of those that do not. */
function listAlerts(views: readonly AlertView[], totalCount: number, maxLength: number) {
  const keys = tellingKeys(views);
  const lines: string[] = [];
  // Room for the last line is kept from the beginning.
  let left = maxLength - moreText(totalCount).length;
  for (const view of views) {
    const text = digestLine(view, keys);
    if (text.length + 1 > left) break;
    left -= text.length + 1;
    lines.push(text);
  }
  const shownCount = lines.length;
  if (shownCount < totalCount) lines.push(moreText(totalCount - shownCount));
  return { description: lines.join("\n"), shownCount };
}

/**
 * Renders a storm as one embed that counts and lists it: the active alerts by severity, all by status, and a line for each
 * alert with what tells it from the others. The worst come first, of equal ones the oldest, resolved ones last; lines
 * that do not fit are counted in the last one and in `cuts` (`/embeds/0/description`, by alerts). The colour is that of
 * the worst active alert. Secrets are masked as by {@link renderAlert}.
 *
 * @throws TocsinError `ALERT_COUNT_OUT_OF_RANGE` when there are no alerts.
 */
export function renderDigest(views: readonly AlertView[], options: DigestOptions = {}): RenderedAlert {
  const sorted = [...views].sort(byUrgency);
  const [worst] = sorted;
  if (worst === undefined) {
    throw new TocsinError("a digest has at least one alert, found none", { code: "ALERT_COUNT_OUT_OF_RANGE" });
  }
  const isStrict = options.isStrict === true;
  // A number that is none counts as none.
  const totalCount = Math.max(views.length, Math.floor(options.totalCount ?? 0) || 0);
  const { icon, color } = lookOf(worst.alert);
  const maxLength = (isStrict ? STRICT_LIMITS : EMBED_LIMITS).description;
  const { description, shownCount } = listAlerts(sorted, totalCount, maxLength);
  const alerts = totalCount === 1 ? "1 alert" : `${totalCount} alerts`;
  const latestAt = views.reduce((latest, view) => Math.max(latest, view.createdAt, view.resolvedAt ?? 0), 0);
  const embed: AlertEmbed = {
    title: `${icon} ${alerts}`,
    description,
    color,
    fields: countFields(views, totalCount),
    footer: { text: footerText(shownCount < totalCount ? `${alerts}, ${shownCount} listed` : alerts, options.traceId) },
    timestamp: toTimestamp(latestAt),
  };
  const cuts: readonly Cut[] =
    shownCount < totalCount ? [{ path: "/embeds/0/description", fromCount: totalCount, toCount: shownCount }] : [];
  const fitted = isStrict ? strictEmbeds([embed]) : fitEmbeds([embed]);
  return toMessage({ embeds: fitted.embeds, cuts: [...cuts, ...fitted.cuts] }, options);
}
