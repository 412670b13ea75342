import { alertEmbed, fitAlertEmbed } from "./alert-embed.ts";
import { type RenderedAlert, type RenderOptions, toMessage } from "./alert-message.ts";
import type { AlertView } from "./alert-view.ts";
import { strictEmbeds } from "./strict-embed.ts";

/**
 * Renders an alert as one Discord embed inside every limit.
 *
 * The title has an icon, the bar a colour, both by severity and status; the description is the message,
 * unless it is the title over again. Message and `action_hint` are Markdown, all other fields show as they are. Fields: `severity`
 * first, then what else the alert names, each context entry under its key, `links`, and `action_hint` last. Context
 * entries beyond Discord's 25 fields share one last field `context`, as `key=value` lines. Nothing is left out silently:
 * `cuts` tells it. What looks like a secret is masked. Nobody is pinged unless `mentions` says so: only the caller's own
 * words are `content`.
 *
 * With `isStrict` the embed has at most 2,000 UTF-16 units, eight fields and nothing but plain, visible text.
 *
 * Pure and deterministic: the same view and options give the same bytes.
 */
export function renderAlert(view: AlertView, options: RenderOptions = {}): RenderedAlert {
  const raw = alertEmbed(view, options);
  return toMessage(options.isStrict === true ? strictEmbeds([raw.embed]) : fitAlertEmbed(raw), options);
}
