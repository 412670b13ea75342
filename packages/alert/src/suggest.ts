import { closest, distance } from "fastest-levenshtein";

/** Further apart than this, a word is not a slip of another. */
const MAX_DISTANCE = 3;

/** Longer words are not compared: the cost grows with the length. */
const MAX_WORD_LENGTH = 64;

/** The one of `words` that was likely meant by `word`: a slip of it, its beginning, or more than it. */
export function suggest(word: unknown, words: readonly string[]): string | undefined {
  if (typeof word !== "string" || word.length < 2 || word.length > MAX_WORD_LENGTH || words.length === 0)
    return undefined;
  const plain = word.toLowerCase();
  const extended = words.find((candidate) => candidate.startsWith(plain) || plain.startsWith(candidate));
  const nearest = closest(plain, words);
  const isSlip = distance(plain, nearest) <= Math.min(MAX_DISTANCE, Math.floor(nearest.length / 2));
  return isSlip ? nearest : extended;
}
