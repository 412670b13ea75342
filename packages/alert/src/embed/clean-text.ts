/** Shown where Discord asks for a text and there is none: a zero-width space, which it does not take for blank. */
export const FILLER = "\u200b";

// Tab and line feed stay; the next two are all other C0 and C1 controls.
// biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the purpose
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

// They reverse what follows, beyond the text they are in.
const DIRECTION_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/g;

const LINE_ENDS = /[\t\n\u2028\u2029]+/g;

// Whether there is anything to do: nearly all texts have nothing of it, and one look is cheaper than many replacements.
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const HAS_CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const IS_NO_PLAIN_LINE = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

/** Makes text fit to be sent: well-formed, without control characters, line ends as `\n`, nothing blank at its ends. */
export function cleanText(text: string): string {
  const formed = text.toWellFormed();
  if (!HAS_CONTROLS.test(formed)) return formed.trim();
  return formed.replaceAll("\r\n", "\n").replaceAll("\r", "\n").replace(CONTROLS, "").trim();
}

/** As {@link cleanText}, on one line, and without characters that change the direction of what follows. */
export function plainLine(text: string): string {
  if (!IS_NO_PLAIN_LINE.test(text)) return text.toWellFormed().trim();
  return cleanText(text.replace(DIRECTION_CONTROLS, "")).replace(LINE_ENDS, " ");
}

/** As {@link plainLine}, with masked links (`[text](url)`) shown as they are written. */
export function cleanLine(text: string): string {
  return plainLine(text).replaceAll("](", `]${FILLER}(`);
}
