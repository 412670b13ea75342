import { codePointCount } from "../code-points.ts";
import { cleanText, FILLER } from "./clean-text.ts";
import { cutMarkdown } from "./cut-markdown.ts";
import { cutEscaped, cutMiddle } from "./cut-middle.ts";
import type { EmbedText } from "./embed.ts";
import { EMBED_LIMITS } from "./limits.ts";

/** What a reader needs in order to act. It is cut after everything else. */
const KEPT_FIELDS: ReadonlySet<string> = new Set(["severity", "status", "links", "action_hint"]);

const KEPT = 64;
const TOLD_IN_FULL = 8;
const OTHER = 1;

/** How one kind of text is treated. */
interface PartRule {
  readonly maxCount: number;
  /** Its weight when all texts of a message together are too long. */
  readonly weight: number;
  /** How many code points Discord does not take it without. */
  readonly neededCount: 0 | 1;
  readonly cut: (text: string, maxCount: number) => string;
}

const TITLE: PartRule = { maxCount: EMBED_LIMITS.title, weight: KEPT, neededCount: 0, cut: cutMiddle };
const DESCRIPTION: PartRule = {
  maxCount: EMBED_LIMITS.description,
  weight: TOLD_IN_FULL,
  neededCount: 0,
  cut: cutMarkdown,
};
const FOOTER: PartRule = { maxCount: EMBED_LIMITS.footerText, weight: KEPT, neededCount: 0, cut: cutMiddle };
const AUTHOR: PartRule = { maxCount: EMBED_LIMITS.authorName, weight: OTHER, neededCount: 0, cut: cutMiddle };
const NAME: PartRule = { maxCount: EMBED_LIMITS.fieldName, weight: OTHER, neededCount: 1, cut: cutEscaped };
const VALUE: PartRule = { maxCount: EMBED_LIMITS.fieldValue, weight: OTHER, neededCount: 1, cut: cutMarkdown };

/** One text of an embed on its way to its final length. */
export interface EmbedPart extends PartRule {
  /** A JSON pointer into the message. */
  readonly path: string;
  /** The whole text, cleaned. */
  readonly text: string;
  /** How many code points that has. */
  readonly count: number;
  /** How many of them it would like to have: its own, or Discord's limit for it. */
  readonly wantedCount: number;
  /** Puts the final text into the embed. */
  readonly write: (text: string) => void;
}

function part(rule: PartRule, path: string, raw: string, write: (text: string) => void): EmbedPart {
  const text = cleanText(raw) || (rule.neededCount === 0 ? "" : FILLER);
  const count = codePointCount(text);
  return { ...rule, path, text, count, wantedCount: Math.min(count, rule.maxCount), write };
}

/** The texts of `embed` that count against Discord's limits. Writing to a part writes to `embed`. */
export function embedParts(embed: EmbedText, path: string): EmbedPart[] {
  const { title, description, footer, author } = embed;
  const parts = [
    part(TITLE, `${path}/title`, title ?? "", (text) => {
      if (text === "") delete embed.title;
      else embed.title = text;
    }),
    part(DESCRIPTION, `${path}/description`, description ?? "", (text) => {
      if (text === "") delete embed.description;
      else embed.description = text;
    }),
    part(FOOTER, `${path}/footer/text`, footer?.text ?? "", (text) => {
      if (!footer || text === "") delete embed.footer;
      else footer.text = text;
    }),
    part(AUTHOR, `${path}/author/name`, author?.name ?? "", (text) => {
      if (!author || text === "") delete embed.author;
      else author.name = text;
    }),
  ];
  for (const [index, field] of (embed.fields ?? []).entries()) {
    const weight = KEPT_FIELDS.has(field.name) ? KEPT : OTHER;
    const fieldPath = `${path}/fields/${index}`;
    parts.push(
      part({ ...NAME, weight }, `${fieldPath}/name`, field.name, (text) => {
        field.name = text;
      }),
      part({ ...VALUE, weight }, `${fieldPath}/value`, field.value, (text) => {
        field.value = text;
      }),
    );
  }
  return parts;
}
