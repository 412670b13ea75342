/** One `key=value` pair and the white space around it. A value is bare, or quoted as JSON is. */
const PAIR = /\s*([^\s="]+)=(?:("(?:[^"\\]|\\.)*")|([^\s"]\S*)?)(?:\s+|$)/suy;

const ESCAPED = /\\(?:u([0-9a-f]{4})|(.))/gisu;

const MEANINGS: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };

/** The text between the quotes. A backslash before anything that has no meaning stays, as in `C:\dir`. */
function unquote(quoted: string): string {
  return quoted.slice(1, -1).replace(ESCAPED, (whole: string, hex: string | undefined, character: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return MEANINGS[character] ?? whole;
  });
}

/**
 * Parses logfmt: pairs `key=value` or `key="quoted \"value\""` between white space. Values stay text.
 *
 * Returns `undefined` for a text that is not made of such pairs only, a sentence for example; here a bare word is
 * therefore no pair, as it is in looser dialects. A key that comes again has its values joined with `, `. Linear in the
 * length of `text`.
 */
export function parseLogfmt(text: string): Map<string, string> | undefined {
  const pairs = new Map<string, string>();
  PAIR.lastIndex = 0;
  while (PAIR.lastIndex < text.length) {
    const match = PAIR.exec(text);
    if (match === null) return undefined;
    const [, key = "", quoted, bare = ""] = match;
    const value = quoted === undefined ? bare : unquote(quoted);
    const earlier = pairs.get(key);
    pairs.set(key, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return pairs.size === 0 ? undefined : pairs;
}
