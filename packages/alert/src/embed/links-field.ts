import type { AlertLink } from "../alert.ts";
import { codePointCount } from "../code-points.ts";
import { cleanLine } from "./clean-text.ts";
import type { EmbedField } from "./embed.ts";

/** A masked link whose label and address cannot end it early. */
function maskedLink({ label, url }: AlertLink): string {
  const address = url
    .replaceAll("(", "%28")
    .replaceAll(")", "%29")
    .replace(/[\s<>]/g, encodeURIComponent);
  const text = cleanLine(label ?? "").replace(/[[\]\\]/g, "\\$&");
  return text === "" ? address : `[${text}](${address})`;
}

/** What {@link linksField} made. */
export interface LinksField {
  readonly field: EmbedField;
  /** How many code points its value would have with all links. */
  readonly fullCount: number;
}

/**
 * The field `links`, a link a line, of at most `maxCount` code points. Only whole links are shown: half an address leads
 * elsewhere.
 */
export function linksField(links: readonly AlertLink[], maxCount: number): LinksField {
  const lines = links.map(maskedLink);
  const shown: string[] = [];
  // One more for each line's end, which the last one does not have.
  let leftCount = maxCount + 1;
  for (const line of lines) {
    const lineCount = codePointCount(line) + 1;
    if (lineCount > leftCount) continue;
    leftCount -= lineCount;
    shown.push(line);
  }
  return {
    field: { name: "links", value: shown.join("\n"), inline: false },
    fullCount: codePointCount(lines.join("\n")),
  };
}
