import { codePointCount } from "../code-points.ts";
import { cutEscaped } from "./cut-middle.ts";
import type { EmbedField } from "./embed.ts";
import { EMBED_LIMITS } from "./limits.ts";

/** So that one long value does not push the other folded ones out. */
const MAX_LINE_COUNT = 120;

/** What {@link foldFields} made. */
export interface FoldedFields {
  readonly fields: readonly EmbedField[];
  /** How many code points the value of the last field would have if nothing in it were cut; 0 when nothing is folded. */
  readonly foldedCount: number;
}

const moreText = (count: number): string => `… and ${count} more`;

/** As many lines as fit, each cut, and how many there are beside them. */
function someLines(lines: readonly string[]): string {
  const shown: string[] = [];
  let leftCount = EMBED_LIMITS.fieldValue - codePointCount(moreText(lines.length));
  for (const line of lines.map((each) => cutEscaped(each, MAX_LINE_COUNT))) {
    // One more for the line's end.
    leftCount -= codePointCount(line) + 1;
    if (leftCount < 0) break;
    shown.push(line);
  }
  const moreCount = lines.length - shown.length;
  return [...shown, ...(moreCount === 0 ? [] : [moreText(moreCount)])].join("\n");
}

/**
 * Returns at most `maxCount` fields. Those that are too many become one last field called `name`, a `name=value` line
 * each; lines are cut only when they do not all fit into its value as they are, and those left out then are counted.
 */
export function foldFields(fields: readonly EmbedField[], maxCount: number, name = "…"): FoldedFields {
  if (fields.length <= maxCount) return { fields, foldedCount: 0 };
  const lines = fields.slice(maxCount - 1).map((field) => `${field.name}=${field.value}`);
  const whole = lines.join("\n");
  const foldedCount = codePointCount(whole);
  const value = foldedCount <= EMBED_LIMITS.fieldValue ? whole : someLines(lines);
  return { fields: [...fields.slice(0, maxCount - 1), { name, value, inline: false }], foldedCount };
}
