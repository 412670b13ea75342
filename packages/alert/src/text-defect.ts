/** Says what makes `text` impossible to keep everywhere alike, or `undefined` when nothing does. */
export function textDefect(text: string): string | undefined {
  // Stores write each lone surrogate as the same replacement character: two keys would become one.
  if (!text.isWellFormed()) return "text with half of a surrogate pair";
  // PostgreSQL has no text with it.
  if (text.includes("\0")) return "text with the character U+0000";
  return undefined;
}
