import { TocsinError } from "@tocsin/errors";
import { alertEmbed, fitAlertEmbed, type RawEmbed } from "./alert-embed.ts";
import { type RenderedAlert, type RenderOptions, toMessage } from "./alert-message.ts";
import type { AlertView } from "./alert-view.ts";
import type { AlertEmbed, Cut } from "./embed.ts";
import { embedLength } from "./embed-length.ts";
import { type FittedEmbeds, fitEmbedsCounting } from "./fit-embeds.ts";
import { EMBED_LIMITS } from "./limits.ts";
import { strictEmbeds } from "./strict-embed.ts";

/** How the first embed of a message is called by its paths, when it becomes another. */
const atIndex = (path: string, index: number): string => path.replace("/embeds/0", `/embeds/${index}`);

const cutsAt = (cuts: readonly Cut[], index: number): readonly Cut[] =>
  index === 0 ? cuts : cuts.map((cut) => ({ ...cut, path: atIndex(cut.path, index) }));

/**
 * How many code points of a message's 6,000 the alert's embed needs, as {@link renderAlert} shows it when it is alone: at
 * most 6,000. While the sum over at most ten alerts is no more than that, {@link renderPack} shows each of them as
 * `renderAlert` does. Of `options`, `traceId` and `isStrict` matter.
 */
export function packSize(view: AlertView, options: RenderOptions = {}): number {
  const raw = alertEmbed(view, options);
  return lengthOf((options.isStrict === true ? strictEmbeds([raw.embed]) : fitAlertEmbed(raw)).embeds);
}

const lengthOf = (embeds: readonly AlertEmbed[]): number => embeds.reduce((sum, embed) => sum + embedLength(embed), 0);

/**
 * Renders up to ten alerts as one message: an embed each, in the order given, each as {@link renderAlert} shows it. Where
 * they need more than 6,000 code points together, all of them give way as `fitEmbeds` has it.
 *
 * With `isStrict` each has its part of 6,000 UTF-16 units, at most 2,000.
 *
 * @throws TocsinError `ALERT_COUNT_OUT_OF_RANGE` for no alerts, or more than ten.
 */
export function renderPack(views: readonly AlertView[], options: RenderOptions = {}): RenderedAlert {
  if (views.length === 0 || views.length > EMBED_LIMITS.embeds) {
    throw new TocsinError(`a message has 1 to ${EMBED_LIMITS.embeds} alerts, found ${views.length}; split them`, {
      code: "ALERT_COUNT_OUT_OF_RANGE",
    });
  }
  const raws = views.map((view) => alertEmbed(view, options));
  return toMessage(options.isStrict === true ? strictEmbeds(raws.map(({ embed }) => embed)) : fitPack(raws), options);
}

function fitPack(raws: readonly RawEmbed[]): FittedEmbeds<AlertEmbed> {
  const alone = raws.map(fitAlertEmbed);
  const embeds = alone.flatMap((fitted) => fitted.embeds);
  if (lengthOf(embeds) > EMBED_LIMITS.total) return fitTogether(raws);
  return { embeds, cuts: alone.flatMap(({ cuts }, index) => cutsAt(cuts, index)) };
}

/** From the whole texts: what was cut alone already would be cut twice. */
function fitTogether(raws: readonly RawEmbed[]): FittedEmbeds<AlertEmbed> {
  const fullCounts = new Map(
    raws.flatMap((raw, index) =>
      [...raw.fullCounts].map(([path, count]): [string, number] => [atIndex(path, index), count]),
    ),
  );
  const fitted = fitEmbedsCounting(
    raws.map(({ embed }) => embed),
    fullCounts,
  );
  return { embeds: fitted.embeds, cuts: [...raws.flatMap(({ cuts }, index) => cutsAt(cuts, index)), ...fitted.cuts] };
}
