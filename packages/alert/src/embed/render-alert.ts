import type { Alert } from "../alert.ts";
import { codePointCount } from "../code-points.ts";
import { alertFields } from "./alert-fields.ts";
import { cleanLine, cleanText } from "./clean-text.ts";
import { cutMiddle } from "./cut-middle.ts";
import type { AlertEmbed, Cut } from "./embed.ts";
import { fitEmbedsCounting } from "./fit-embeds.ts";
import { EMBED_LIMITS, MAX_USERNAME_COUNT } from "./limits.ts";
import { lookOf } from "./look.ts";

/** An alert and what is known about it. Times are epoch milliseconds. */
export interface AlertView {
  /** Shown in the footer. */
  readonly id: string;
  readonly alert: Alert;
  readonly createdAt: number;
  /** `null` while the alert is active, or when nobody knows. */
  readonly resolvedAt: number | null;
}

/** Who the message may ping. Never everybody that its text names. */
export interface AlertMentions {
  /** Ids of users, at most 100. */
  readonly users?: readonly string[];
  /** Ids of roles, at most 100. */
  readonly roles?: readonly string[];
}

/** How {@link renderAlert} signs the message. */
export interface RenderOptions {
  /** The name the message is posted under, webhooks only; cut to 80. @default the webhook's own */
  readonly username?: string;
  /** Webhooks only. @default the webhook's own */
  readonly avatarUrl?: string;
  /** @default nobody */
  readonly allowedMentions?: AlertMentions;
  /** Shown in the footer, to find the trace by. */
  readonly traceId?: string;
}

/** The body of a Discord message, ready to be sent by a webhook or a bot. It has no `content`. */
export interface AlertMessage {
  username?: string;
  avatar_url?: string;
  embeds: AlertEmbed[];
  allowed_mentions: { parse: never[]; users?: string[]; roles?: string[] };
}

/** What {@link renderAlert} made. */
export interface RenderedAlert {
  readonly message: AlertMessage;
  /** What is shown shorter than it was. Empty when the whole alert is shown. */
  readonly cuts: readonly Cut[];
}

/** The years that Discord's time format and a sane sender agree on. */
const MAX_TIMESTAMP_MS = Date.UTC(9999, 11, 31);

function toTimestamp(occurredAt: string | undefined, createdAt: number): string {
  const occurredMs = occurredAt === undefined ? Number.NaN : Date.parse(occurredAt);
  return new Date(occurredMs >= 0 && occurredMs <= MAX_TIMESTAMP_MS ? occurredMs : createdAt).toISOString();
}

/**
 * Renders an alert as one Discord embed inside every limit.
 *
 * The title has an icon, the bar a colour, both by severity and status; the description is the message,
 * unless it is the title over again. Message and `action_hint` are Markdown, all other fields show as they are. Fields: `severity`
 * first, then what else the alert names, each context entry under its key, `links`, and `action_hint` last. Context
 * entries beyond Discord's 25 fields share one last field `context`, as `key=value` lines. Nothing is left out silently:
 * `cuts` tells it. Nobody is pinged unless `allowedMentions` says so, and there is no `content` that could.
 *
 * Pure and deterministic: the same view and options give the same bytes.
 */
export function renderAlert(view: AlertView, options: RenderOptions = {}): RenderedAlert {
  const { id, alert, createdAt, resolvedAt } = view;
  const { icon, color } = lookOf(alert);
  const { fields, fullCounts, cuts } = alertFields(alert, resolvedAt === null ? null : resolvedAt - createdAt);
  const line = cleanLine(alert.title);
  const title = `${icon} ${line}`;
  // A title that was taken from the message says it already, unless it will be cut.
  const isSaid = cleanText(alert.message ?? "") === line && codePointCount(title) <= EMBED_LIMITS.title;
  const embed: AlertEmbed = {
    title,
    ...(alert.message === undefined || isSaid ? {} : { description: alert.message }),
    color,
    fields,
    footer: { text: options.traceId === undefined ? id : `${id} · trace ${options.traceId}` },
    timestamp: toTimestamp(alert.occurred_at, createdAt),
  };
  const fitted = fitEmbedsCounting([embed], fullCounts);
  const { username, avatarUrl } = options;
  return {
    message: {
      ...(username === undefined ? {} : { username: cutMiddle(cleanLine(username), MAX_USERNAME_COUNT) }),
      ...(avatarUrl === undefined ? {} : { avatar_url: avatarUrl }),
      embeds: fitted.embeds,
      allowed_mentions: toAllowedMentions(options.allowedMentions),
    },
    cuts: [...cuts, ...fitted.cuts],
  };
}

function toAllowedMentions({ users, roles }: AlertMentions = {}): AlertMessage["allowed_mentions"] {
  return {
    parse: [],
    ...(users === undefined ? {} : { users: [...users] }),
    ...(roles === undefined ? {} : { roles: [...roles] }),
  };
}
