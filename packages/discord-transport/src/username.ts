/** https://docs.discord.com/developers/resources/webhook: a webhook's name has 1 to 80 characters. */
const MAX_USERNAME_LENGTH = 80;
/** Parts that no webhook name may have, whatever their case, and where they are broken. Same page. */
const FORBIDDEN_PARTS = [
  [/clyde/giu, 3],
  [/discord/giu, 3],
] as const;
/** Whole names that nobody may have. https://docs.discord.com/developers/resources/user */
const FORBIDDEN_NAMES = /^(?:everyone|here)$/iu;

/**
 * Makes a name that Discord accepts for a webhook's message, as close to `username` as can be: forbidden words get a hyphen
 * (`Dis-cord`), `everyone` and `here` get brackets, 80 characters (code points) are kept.
 *
 * Undefined when nothing is left, so that the message goes out under the webhook's own name.
 */
export function toAllowedUsername(username: string): string | undefined {
  let name = username.trim();
  for (const [pattern, at] of FORBIDDEN_PARTS) {
    // Discord cleans invisible characters out before it looks; they stay only where they hide nothing.
    const visible = name.replace(/\p{Cf}/gu, "");
    if (visible.search(pattern) >= 0) {
      name = visible.replace(pattern, (word) => `${word.slice(0, at)}-${word.slice(at)}`);
    }
  }
  if (FORBIDDEN_NAMES.test(name.replace(/\p{Cf}/gu, "").trim())) name = `[${name.trim()}]`;
  const cut = Array.from(name).slice(0, MAX_USERNAME_LENGTH).join("").trim();
  return cut.replace(/\p{Cf}/gu, "").trim() === "" ? undefined : cut;
}
