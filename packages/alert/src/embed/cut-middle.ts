import { codePointCount, indexAfter, indexBefore } from "../code-points.ts";

/** Stands where something was cut. One code point. */
export const MARKER = "…";

/** A grapheme of more code points than this (heaped combining marks) may be split rather than leave nothing at all. */
const READABLE_GRAPHEME_MAX = 32;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** How much text around a cut decides where the graphemes are, in UTF-16 units: a whole alert, but not megabytes. */
const WINDOW_LENGTH = 32_768;

/** The grapheme that a cut at `index` would split, or `undefined` when it splits none. */
function splitBy(text: string, index: number): { readonly start: number; readonly end: number } | undefined {
  const from = Math.max(0, index - WINDOW_LENGTH);
  const grapheme = graphemes.segment(text.slice(from, index + WINDOW_LENGTH)).containing(index - from);
  if (grapheme === undefined || from + grapheme.index === index) return undefined;
  const start = from + grapheme.index;
  const end = start + grapheme.segment.length;
  const isEverything = start === 0 || end === text.length;
  return isEverything && codePointCount(grapheme.segment) > READABLE_GRAPHEME_MAX ? undefined : { start, end };
}

/**
 * Brings `text` to at most `maxCount` code points. What is too much goes from the middle, where a `…` stands for it:
 * both the beginning and the end say what happened.
 *
 * Well-formed text stays well-formed and no grapheme is split, except one so long (over 32 code points) that nothing
 * else would be left. Time grows with the length of the text only by counting it.
 */
export function cutMiddle(text: string, maxCount: number): string {
  const { head, tail } = cutEnds(text, maxCount);
  return tail === undefined ? head : `${head}${MARKER}${tail}`;
}

/** A backslash and what it escapes are one: neither is left without the other, as by {@link cutMiddle} they may be. */
export function cutEscaped(text: string, maxCount: number): string {
  const { head, tail } = cutEscapedEnds(text, maxCount);
  return tail === undefined ? head : `${head}${MARKER}${tail}`;
}

/** What {@link cutEscaped} leaves before and after the marker; without a tail when there is no marker. */
export function cutEscapedEnds(text: string, maxCount: number): CutEnds {
  const { head, tail } = cutEnds(text, maxCount);
  if (tail === undefined) return { head };
  const isTailEscaped = endsInEscape(text.slice(0, text.length - tail.length)) && ESCAPABLE.test(tail);
  const firstLength = isTailEscaped ? (firstGrapheme(tail.slice(0, WINDOW_LENGTH))?.length ?? 0) : 0;
  return { head: endsInEscape(head) ? head.slice(0, -1) : head, tail: tail.slice(firstLength) };
}

/** What a backslash makes literal: ASCII punctuation. */
const ESCAPABLE = /^[!-/:-@[-`{-~]/;

/** Whether a backslash at the end of `text` escapes what comes next. */
function endsInEscape(text: string): boolean {
  let start = text.length;
  while (text[start - 1] === "\\") start -= 1;
  return (text.length - start) % 2 === 1;
}

const firstGrapheme = (text: string): string | undefined => graphemes.segment(text).containing(0)?.segment;

/** What stays of a text before and after the cut; without a tail when all of it stays, or nothing. */
export interface CutEnds {
  readonly head: string;
  readonly tail?: string;
}

function cutEnds(text: string, maxCount: number): CutEnds {
  if (text.length <= maxCount || codePointCount(text) <= maxCount) return { head: text };
  if (maxCount <= 0) return { head: "" };
  const tailCount = Math.floor((maxCount - 1) / 2);
  const headEnd = indexAfter(text, maxCount - 1 - tailCount);
  const tailStart = indexBefore(text, tailCount);
  const head = text.slice(0, splitBy(text, headEnd)?.start ?? headEnd);
  const tail = text.slice(splitBy(text, tailStart)?.end ?? tailStart);
  return { head, tail };
}
