import { closest, distance } from "fastest-levenshtein";

/** Further apart than this, a word is not a slip of another. */
const DISTANCE_MAX = 3;

/** The nearest of `words`, when `word` is likely a slip of it. */
export function nearestOf(word: string, words: readonly string[]): string | undefined {
  if (words.length === 0 || word.length > 64) return undefined;
  const nearest = closest(word.toLowerCase(), words);
  const apart = distance(word.toLowerCase(), nearest);
  return apart <= Math.min(DISTANCE_MAX, Math.ceil(nearest.length / 2)) ? nearest : undefined;
}
