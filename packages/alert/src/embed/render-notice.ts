import type { Alert, Severity } from "../alert.ts";
import { codePointCount } from "../code-points.ts";
import { footerText } from "./alert-embed.ts";
import { statusText } from "./alert-fields.ts";
import { type RenderedAlert, type RenderOptions, toMessage } from "./alert-message.ts";
import { type AlertView, activeMs } from "./alert-view.ts";
import { cleanLine, cleanText, plainLine } from "./clean-text.ts";
import { cutMarkdown } from "./cut-markdown.ts";
import { cutEscaped, cutMiddle } from "./cut-middle.ts";
import type { AlertEmbed, EmbedField } from "./embed.ts";
import { escapeMarkdown } from "./escape-markdown.ts";
import { type FittedEmbeds, fitEmbedsCounting } from "./fit-embeds.ts";
import { lookOf } from "./look.ts";
import { maskSecrets } from "./mask-secrets.ts";
import { strictEmbeds } from "./strict-embed.ts";
import { happenedAt, toTimestamp } from "./timestamp.ts";

/** What became of an alert. */
export type NoticeKind = "escalated" | "reopened" | "resolved" | "changed";

/** What {@link renderNotice} tells. */
export interface NoticeOptions extends Omit<RenderOptions, "notice"> {
  readonly kind: NoticeKind;
  /** The severity that was shown before. @default the same as now */
  readonly previousSeverity?: Severity;
}

/** Titles are short here: whoever wants more looks at the alert's own message. */
const MAX_TITLE_COUNT = 200;
const MAX_DESCRIPTION_COUNT = 500;

/** When there is something to do, the notice says what. */
const CALLS_FOR_ACTION: ReadonlySet<NoticeKind> = new Set(["escalated", "reopened"]);

// In `content` Discord shows a preview of whatever an address leads to, unless it is in brackets.
const BARE_ADDRESS = /(?<!<)https?:\/\/[^\s<>]+/gi;

/** The first words of a notice, Markdown. */
function headline(alert: Alert, { kind }: NoticeOptions, previous: Severity | undefined, ended: string | undefined) {
  const was = previous === undefined ? "" : ` (was ${previous})`;
  const words: Readonly<Record<NoticeKind, string>> = {
    escalated: `**Escalated to ${alert.severity}**${was}`,
    reopened: `**Active again**, ${alert.severity}${was}`,
    // The status as the card has it, `resolved after 5m`, as the beginning of a line.
    resolved: (ended ?? "resolved").replace("resolved", "**Resolved**"),
    changed: previous === undefined ? "**Changed**" : `**Changed from ${previous} to ${alert.severity}**`,
  };
  return words[kind];
}

function noticeFields(alert: Alert, kind: NoticeKind, previous: Severity | undefined, ended: string | undefined) {
  const severity = previous === undefined ? alert.severity : `${alert.severity} (was ${previous})`;
  const status = ended ?? (kind === "reopened" ? "active again" : undefined);
  const hint = CALLS_FOR_ACTION.has(kind) ? alert.action_hint : undefined;
  const fields: EmbedField[] = [{ name: "severity", value: severity, inline: true }];
  if (status !== undefined) fields.push({ name: "status", value: status, inline: true });
  if (hint !== undefined) fields.push({ name: "action_hint", value: hint, inline: false });
  return fields;
}

/**
 * Renders what became of an alert as a short message, to be a reply to the alert's own or a post in its thread: one line of
 * `content`, which is what a push notification shows, and a small embed with the severity, what it was before, how
 * long a resolved alert was active, the message, and the `action_hint` where somebody has to act (escalated, reopened).
 *
 * Nobody is pinged unless `mentions` says so. Secrets are masked, limits and `isStrict` hold as for `renderAlert`.
 * Pure and deterministic.
 */
export function renderNotice(view: AlertView, options: NoticeOptions): RenderedAlert {
  const alert = maskSecrets(view.alert);
  const { kind } = options;
  const { icon, color } = lookOf(alert);
  const previous = options.previousSeverity === alert.severity ? undefined : options.previousSeverity;
  const ended = statusText(alert, activeMs(view));
  const title = cleanLine(alert.title);
  const message = kind === "resolved" ? "" : cleanText(alert.message ?? "");
  const embed: AlertEmbed = {
    title: `${icon} ${title}`,
    ...(message === "" || message === title ? {} : { description: message }),
    color,
    fields: noticeFields(alert, kind, previous, ended),
    footer: { text: footerText(view.id, options.traceId) },
    timestamp: toTimestamp((kind === "resolved" ? view.resolvedAt : null) ?? happenedAt(view)),
  };
  const line = cutEscaped(escapeMarkdown(plainLine(alert.title)), MAX_TITLE_COUNT).replace(BARE_ADDRESS, "<$&>");
  const notice = `${icon} ${headline(alert, options, previous, ended)}: ${line}`;
  return toMessage(options.isStrict === true ? strictEmbeds([embed]) : shortened(embed), { ...options, notice });
}

function shortened(embed: AlertEmbed): FittedEmbeds<AlertEmbed> {
  const { title, description } = embed;
  const fullCounts = new Map([["/embeds/0/title", codePointCount(title)]]);
  const short: AlertEmbed = { ...embed, title: cutMiddle(title, MAX_TITLE_COUNT) };
  if (description !== undefined) {
    fullCounts.set("/embeds/0/description", codePointCount(description));
    short.description = cutMarkdown(description, MAX_DESCRIPTION_COUNT);
  }
  return fitEmbedsCounting([short], fullCounts);
}
