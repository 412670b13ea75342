import type { Emoji } from "./objects.ts";

const VARIATION_SELECTOR = "\uFE0F";
const CUSTOM = /^(?:a:)?(\w{2,32}):(\d{17,20})$/;

/**
 * Reads an emoji as reaction routes take it: Unicode, or `name:id` of a custom one. Undefined when there is no such emoji:
 * not one of Unicode's (with or without variation selector), or not among `customIds`.
 */
export function parseEmoji(text: string, customIds: readonly string[]): Emoji | undefined {
  const [, name, id] = CUSTOM.exec(text) ?? [];
  if (name !== undefined && id !== undefined) return customIds.includes(id) ? { id, name } : undefined;
  return isUnicodeEmoji(text) ? { id: null, name: text } : undefined;
}

function isUnicodeEmoji(text: string): boolean {
  const bare = text.replaceAll(VARIATION_SELECTOR, "");
  const [first = "", ...rest] = [...bare];
  const spellings = [text, bare, `${bare}${VARIATION_SELECTOR}`, `${first}${VARIATION_SELECTOR}${rest.join("")}`];
  return spellings.some((spelling) => /^\p{RGI_Emoji}$/v.test(spelling));
}
