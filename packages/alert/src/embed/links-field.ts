import type { AlertLink } from "../alert.ts";
import { codePointCount } from "../code-points.ts";
import { cleanLine } from "./clean-text.ts";
import type { EmbedField } from "./embed.ts";
import { EMBED_LIMITS } from "./limits.ts";

/** A masked link whose label and address cannot end it early. */
function maskedLink({ label, url }: AlertLink): string {
  const address = url
    .replaceAll("(", "%28")
    .replaceAll(")", "%29")
    .replace(/[\s<>]/g, encodeURIComponent);
  const text = cleanLine(label ?? "").replace(/[[\]\\]/g, "\\$&");
  return text === "" ? address : `[${text}](${address})`;
}

/**
 * The field `links`, a link a line, and how many code points it would have with all of them. Only whole links are shown:
 * half an address leads elsewhere.
 */
export function linksField(links: readonly AlertLink[]): { readonly field: EmbedField; readonly fullCount: number } {
  const lines = links.map(maskedLink);
  const shown: string[] = [];
  let leftCount: number = EMBED_LIMITS.fieldValue;
  for (const line of lines) {
    // One more for the line's end.
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
