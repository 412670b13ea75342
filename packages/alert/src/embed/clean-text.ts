/** Shown where Discord asks for a text and there is none: a zero-width space, which it does not take for blank. */
export const FILLER = "\u200b";

// Tab and line feed stay; the next two are all other C0 and C1 controls.
// biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the purpose
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

// They reverse what follows, beyond the text they are in.
const DIRECTION_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/g;

/** Makes text fit to be sent: well-formed, without control characters, line ends as `\n`, nothing blank at its ends. */
export function cleanText(text: string): string {
  return text.toWellFormed().replaceAll("\r\n", "\n").replaceAll("\r", "\n").replace(CONTROLS, "").trim();
}

/** As {@link cleanText}, on one line, and without characters that change the direction of what follows. */
export function plainLine(text: string): string {
  return cleanText(text.replace(DIRECTION_CONTROLS, "")).replace(/[\t\n\u2028\u2029]+/g, " ");
}

/** As {@link plainLine}, with masked links (`[text](url)`) shown as they are written. */
export function cleanLine(text: string): string {
  return plainLine(text).replaceAll("](", `]${FILLER}(`);
}
