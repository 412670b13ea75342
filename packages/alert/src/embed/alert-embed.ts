import { codePointCount } from "../code-points.ts";
import { alertFields } from "./alert-fields.ts";
import type { RenderOptions } from "./alert-message.ts";
import { type AlertView, activeMs } from "./alert-view.ts";
import { cleanLine, cleanText } from "./clean-text.ts";
import type { AlertEmbed, Cut } from "./embed.ts";
import { type FittedEmbeds, fitEmbedsCounting } from "./fit-embeds.ts";
import { EMBED_LIMITS } from "./limits.ts";
import { lookOf } from "./look.ts";
import { maskSecrets } from "./mask-secrets.ts";
import { happenedAt, toTimestamp } from "./timestamp.ts";

/** The text at the foot of an embed. */
export const footerText = (id: string, traceId: string | undefined): string =>
  traceId === undefined ? id : `${id} · trace ${traceId}`;

/** An embed that may still be too long, as the first of its message. */
export interface RawEmbed {
  readonly embed: AlertEmbed;
  /** Code points that a text would have if nothing were missing, by path. */
  readonly fullCounts: ReadonlyMap<string, number>;
  readonly cuts: readonly Cut[];
}

/**
 * Lays out the one embed of an alert. Secrets are masked before anything is cut: half of one would not be recognised.
 * With `isStrict` the time is Tocsin's own, whatever the sender says.
 */
export function alertEmbed(view: AlertView, { traceId, isStrict = false }: RenderOptions): RawEmbed {
  const alert = maskSecrets(view.alert);
  const { icon, color } = lookOf(alert);
  const { fields, fullCounts, cuts } = alertFields(alert, activeMs(view), isStrict);
  const line = cleanLine(alert.title);
  const title = `${icon} ${line}`;
  // A title that was taken from the message says it already, unless it will be cut.
  const isSaid = cleanText(alert.message ?? "") === line && codePointCount(title) <= EMBED_LIMITS.title;
  const embed: AlertEmbed = {
    title,
    ...(alert.message === undefined || isSaid ? {} : { description: alert.message }),
    color,
    fields,
    footer: { text: footerText(view.id, traceId) },
    timestamp: toTimestamp(isStrict ? view.createdAt : happenedAt(view)),
  };
  return { embed, fullCounts, cuts };
}

/** The embed of an alert inside every limit, as if it were alone in its message. */
export function fitAlertEmbed({ embed, fullCounts, cuts }: RawEmbed): FittedEmbeds<AlertEmbed> {
  const fitted = fitEmbedsCounting([embed], fullCounts);
  return { embeds: fitted.embeds, cuts: [...cuts, ...fitted.cuts] };
}
