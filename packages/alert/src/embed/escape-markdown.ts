/** What Discord makes clickable by itself, up to where Markdown around it may go on. */
const WEB_ADDRESS = /(https?:\/\/[^\s<>"`\]]+)/i;

// An underscore inside a word is only one. `<` begins mentions, times and emojis, and is left before an address.
const INLINE = /[\\`*]|~(?=~)|(?<=~)~|\|(?=\|)|(?<=\|)\||(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|<(?![\s=]|$)|(?<=\])\(/g;

/** Quotes, headings, small print and lists: by the first characters of a line. */
const BLOCK = /^([ \t]*)([>#+-])(?=[>#]*[ \t])/gm;
const NUMBERED = /^([ \t]*\d{1,9})\.(?=[ \t])/gm;

/** What one of the rules above needs at least. Most texts have nothing of it, and one look is cheaper than three. */
const ANY_SIGN = /[\\`*~|_<]|\]\(|^[ \t]*(?:[>#+-]|\d)/m;

/**
 * Escapes what Discord would take for Markdown, so that `text` shows as it is. Addresses stay as they are and clickable.
 * Linear in the length of `text`.
 *
 * {@link https://discord.com/developers/docs/reference#message-formatting}
 */
export function escapeMarkdown(text: string): string {
  if (!ANY_SIGN.test(text)) return text;
  const pieces = text.split(WEB_ADDRESS);
  // Every second piece is an address.
  const inline = pieces.map((piece, index) => (index % 2 === 1 ? piece : piece.replace(INLINE, "\\$&")));
  return inline.join("").replace(BLOCK, "$1\\$2").replace(NUMBERED, "$1\\.");
}
