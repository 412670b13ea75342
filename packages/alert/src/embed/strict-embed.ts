import { codePointCount } from "../code-points.ts";
import { cutMarkdown } from "./cut-markdown.ts";
import { cutEscaped, cutMiddle } from "./cut-middle.ts";
import type { AlertEmbed, Cut, EmbedField } from "./embed.ts";
import type { FittedEmbeds } from "./fit-embeds.ts";
import { EMBED_LIMITS } from "./limits.ts";
import { cutUnits, strictText } from "./strict-text.ts";

/** Lengths in UTF-16 units, so that they hold in code points too. */
export const STRICT_LIMITS = {
  title: 200,
  description: 1000,
  fields: 8,
  fieldName: 60,
  fieldValue: 200,
  footerText: 100,
  total: 2000,
} as const;

/** Fields that are there whatever else is not. */
const NEEDED_FIELDS: ReadonlySet<string> = new Set(["severity", "status", "action_hint"]);

/** A text on its way, and whether it is shorter than it was. */
interface StrictPart {
  readonly text: string;
  readonly fromCount: number;
}

type CutText = (text: string, maxCount: number) => string;

function strictPart(raw: string, maxLength: number, cut: CutText): StrictPart {
  const whole = strictText(raw);
  return { text: cutUnits(whole, Math.max(0, maxLength), cut), fromCount: codePointCount(whole) };
}

/** As many whole lines as fit: half an address leads elsewhere. */
function cutLines(text: string, maxCount: number): string {
  const shown: string[] = [];
  // One more for each line's end, which the last one does not have.
  let left = maxCount + 1;
  for (const line of text.split("\n")) {
    if (line.length + 1 > left) continue;
    left -= line.length + 1;
    shown.push(line);
  }
  return shown.join("\n");
}

interface StrictField {
  readonly name: StrictPart;
  readonly value: StrictPart;
  readonly inline: boolean;
  /** UTF-16 units of both. */
  readonly length: number;
  /** Discord does not take blank ones, and what usually fills them is invisible. */
  readonly isShown: boolean;
  readonly isNeeded: boolean;
}

function strictField(field: EmbedField): StrictField {
  const name = strictPart(field.name, STRICT_LIMITS.fieldName, cutEscaped);
  const value = strictPart(field.value, STRICT_LIMITS.fieldValue, field.name === "links" ? cutLines : cutMarkdown);
  return {
    name,
    value,
    inline: field.inline ?? false,
    length: name.text.length + value.text.length,
    isShown: name.text !== "" && value.text !== "",
    isNeeded: NEEDED_FIELDS.has(field.name),
  };
}

/**
 * Brings the embeds of one message to plain text well inside every limit: each has at most `STRICT_LIMITS`, and in sum its
 * part of what Discord takes, all counted in UTF-16 units. At most ten embeds.
 *
 * Title, footer and the fields `severity`, `status` and `action_hint` are kept, then the description has what it needs, then
 * the other fields in their order as long as they fit.
 */
export function strictEmbeds(embeds: readonly AlertEmbed[]): FittedEmbeds<AlertEmbed> {
  const maxLength = Math.min(STRICT_LIMITS.total, Math.floor(EMBED_LIMITS.total / embeds.length));
  const cuts: Cut[] = [];
  return { embeds: embeds.map((embed, index) => strictEmbed(embed, `/embeds/${index}`, maxLength, cuts)), cuts };
}

/** As {@link strictEmbeds}; adds to `cuts`. What is kept whatever else is not has less than 600 units. */
function strictEmbed(embed: AlertEmbed, path: string, maxLength: number, cuts: Cut[]): AlertEmbed {
  const title = strictPart(embed.title, STRICT_LIMITS.title, cutMiddle);
  const footer = strictPart(embed.footer.text, STRICT_LIMITS.footerText, cutMiddle);
  const fields = embed.fields.map(strictField);
  const room = {
    length: maxLength - title.text.length - footer.text.length,
    fieldCount: STRICT_LIMITS.fields as number,
  };
  const take = (field: StrictField): boolean => {
    if (!field.isShown || room.fieldCount === 0 || field.length > room.length) return false;
    room.length -= field.length;
    room.fieldCount -= 1;
    return true;
  };
  const kept = new Set(fields.filter((field) => field.isNeeded && take(field)));
  const descriptionLength = Math.min(STRICT_LIMITS.description, room.length);
  const description = strictPart(embed.description ?? "", descriptionLength, cutMarkdown);
  room.length -= description.text.length;
  const shown = fields.filter((field) => kept.has(field) || (!field.isNeeded && take(field)));

  if (shown.length < fields.length) {
    cuts.push({ path: `${path}/fields`, fromCount: fields.length, toCount: shown.length });
  }
  const write = (name: string, { text, fromCount }: StrictPart): string => {
    const toCount = codePointCount(text);
    if (toCount < fromCount) cuts.push({ path: `${path}/${name}`, fromCount, toCount });
    return text;
  };
  const texts = { title: write("title", title), description: write("description", description) };
  return {
    title: texts.title,
    ...(texts.description === "" ? {} : { description: texts.description }),
    color: embed.color,
    fields: shown.map(({ name, value, inline }, index) => ({
      name: write(`fields/${index}/name`, name),
      value: write(`fields/${index}/value`, value),
      inline,
    })),
    footer: { text: write("footer/text", footer) },
    timestamp: embed.timestamp,
  };
}
