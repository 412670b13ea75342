const CUSTOM = /^(?:a:)?(\w{2,32}:\d{1,20})$/;
/** Longer than any sequence of Unicode. */
const MAX_LENGTH = 64;
const VARIATION_SELECTOR = /\uFE0F/g;

/**
 * Writes an emoji as a segment of a reaction's path, percent-encoded; null for what cannot be one.
 *
 * Discord's list has each emoji in one spelling only, Unicode's fully qualified one, while keyboards add or drop
 * U+FE0F (discord/discord-api-docs issues 1254 and 2782). An emoji that this runtime does not know goes as it is.
 */
export function toEmojiSegment(emoji: string): string | null {
  const custom = CUSTOM.exec(emoji)?.[1];
  if (custom !== undefined) return encodeURIComponent(custom);
  // Plain ASCII is no emoji, and may be a dot that leads elsewhere.
  if (emoji.length > MAX_LENGTH || !emoji.isWellFormed() || /^[\0-\x7f]*$/.test(emoji)) return null;
  const qualified = qualify(emoji);
  return encodeURIComponent(/^\p{RGI_Emoji}$/v.test(qualified) ? qualified : emoji);
}

/** Gives U+FE0F to every character that is text without it, unless a skin tone follows. */
function qualify(emoji: string): string {
  const characters = [...emoji.replace(VARIATION_SELECTOR, "")];
  return characters
    .map((character, index) => {
      const isText = /^\p{Emoji}$/u.test(character) && !/^\p{Emoji_Presentation}$/u.test(character);
      const isToned = /^\p{Emoji_Modifier}$/u.test(characters[index + 1] ?? "");
      return isText && !isToned ? `${character}\uFE0F` : character;
    })
    .join("");
}
