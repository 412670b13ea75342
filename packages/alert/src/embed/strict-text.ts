import { cleanText } from "./clean-text.ts";

// Format characters, variation selectors, fillers: whatever shows nothing by itself.
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu;

// The closing one may have been cut away.
const ADDRESS_IN_BRACKETS = /<+(https?:\/\/[^\s<>]*)>?/gi;

/**
 * Leaves of `text` what no rule of Discord's could object to: visible characters, plain spaces and line feeds, masked links
 * and addresses in brackets as plain text. Emoji lose what joins them.
 */
export function strictText(text: string): string {
  return cleanText(text)
    .replace(INVISIBLE, "")
    .replace(/[\u2028\u2029]/g, "\n")
    .replace(/[\t\p{Zs}]/gu, " ")
    .replaceAll("](", "] (")
    .replace(ADDRESS_IN_BRACKETS, "$1")
    .trim();
}

/** Applies `cut`, which counts code points, so that at most `maxLength` UTF-16 units stay. */
export function cutUnits(text: string, maxLength: number, cut: (text: string, maxCount: number) => string): string {
  let maxCount = maxLength;
  for (;;) {
    const shown = cut(text, maxCount);
    if (shown.length <= maxLength) return shown;
    // A code point has one unit or two.
    maxCount -= Math.ceil((shown.length - maxLength) / 2);
  }
}
