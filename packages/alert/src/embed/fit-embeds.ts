import { codePointCount } from "../code-points.ts";
import type { Cut, EmbedText } from "./embed.ts";
import { type EmbedPart, embedParts } from "./embed-parts.ts";
import { foldFields } from "./fold-fields.ts";
import { EMBED_LIMITS } from "./limits.ts";
import { shareBudget } from "./share-budget.ts";

/** What {@link fitEmbeds} made. */
export interface FittedEmbeds<Embed> {
  readonly embeds: Embed[];
  /** Everything that is shorter than it was. Empty when all fitted. */
  readonly cuts: readonly Cut[];
}

/**
 * Brings the embeds of one message inside every limit of Discord, as `EMBED_LIMITS` has them, in sum too.
 *
 * Texts are made well-formed, lose control characters and the white space at their ends, and are cut in the middle,
 * never through a grapheme. Fields beyond the 25th are folded into the last as `name=value` lines. When all embeds
 * together are too long, titles, footers and the fields `severity`, `status`, `links` and `action_hint` keep their room
 * longest, then descriptions. Blank field names and values become a zero-width space; other blank texts are left out.
 * Embeds beyond the tenth are dropped. All of that is told in `cuts`.
 *
 * Properties that count against no limit (colour, images, addresses) are kept as they are. Never changes its argument.
 * Fitting what was fitted changes nothing.
 */
export function fitEmbeds<Embed extends EmbedText>(embeds: readonly Embed[]): FittedEmbeds<Embed> {
  return fitEmbedsCounting(embeds, new Map());
}

/** As {@link fitEmbeds}, for embeds of which some texts are cut already: `fullCounts` has what they were, by path. */
export function fitEmbedsCounting<Embed extends EmbedText>(
  embeds: readonly Embed[],
  fullCounts: ReadonlyMap<string, number>,
): FittedEmbeds<Embed> {
  const counts = new Map(fullCounts);
  const cuts: Cut[] = [];
  const fitted = embeds.slice(0, EMBED_LIMITS.embeds);
  if (fitted.length < embeds.length) {
    cuts.push({ path: "/embeds", fromCount: embeds.length, toCount: fitted.length });
  }
  for (const [index, embed] of fitted.entries()) fitted[index] = copyEmbed(embed, `/embeds/${index}`, counts, cuts);
  cuts.push(
    ...fitParts(
      fitted.flatMap((embed, index) => embedParts(embed, `/embeds/${index}`)),
      counts,
    ),
  );
  return { embeds: fitted, cuts };
}

/** A copy whose counted parts may be written to, with no more fields than Discord takes. */
function copyEmbed<Embed extends EmbedText>(
  embed: Embed,
  path: string,
  counts: Map<string, number>,
  cuts: Cut[],
): Embed {
  const copy = { ...embed };
  if (copy.footer) copy.footer = { ...copy.footer };
  if (copy.author) copy.author = { ...copy.author };
  if (!copy.fields) return copy;
  const { fields, foldedCount } = foldFields(copy.fields, EMBED_LIMITS.fields);
  if (fields.length < copy.fields.length) {
    cuts.push({ path: `${path}/fields`, fromCount: copy.fields.length, toCount: fields.length });
    counts.set(`${path}/fields/${fields.length - 1}/value`, foldedCount);
  }
  copy.fields = fields.map((field) => ({ ...field }));
  return copy;
}

/** Gives each part its share of the total and writes it. */
function fitParts(parts: readonly EmbedPart[], fullCounts: ReadonlyMap<string, number>): readonly Cut[] {
  const neededCount = parts.reduce((sum, part) => sum + part.neededCount, 0);
  const claims = parts.map((part) => ({ count: part.wantedCount - part.neededCount, weight: part.weight }));
  const shares = shareBudget(claims, EMBED_LIMITS.total - neededCount);
  const cuts: Cut[] = [];
  for (const [index, part] of parts.entries()) {
    const maxCount = (shares[index] ?? 0) + part.neededCount;
    const text = part.count <= maxCount ? part.text : part.cut(part.text, maxCount);
    part.write(text);
    const fromCount = (fullCounts.size > 0 ? fullCounts.get(part.path) : undefined) ?? part.count;
    const toCount = text === part.text ? part.count : codePointCount(text);
    if (fromCount > toCount) cuts.push({ path: part.path, fromCount, toCount });
  }
  return cuts;
}
