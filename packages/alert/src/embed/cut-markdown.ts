import { cutEscapedEnds, MARKER } from "./cut-middle.ts";

const FENCE = "```";
const CLOSING = `\n${FENCE}`;
const BRIDGE = `\n${FENCE}\n`;

const hasOpenFence = (text: string): boolean => text.split(FENCE).length % 2 === 0;

/** What the fences may need beside the text: nothing, one at the end, one at the cut, both. */
const RESERVES: readonly number[] = [0, CLOSING.length, BRIDGE.length, BRIDGE.length + CLOSING.length];

/**
 * As `cutMiddle`, for text that is shown as Markdown: what was code stays code and what was not does not become it, since
 * a fence stands in for one that was cut away; none is left open, all inside `maxCount`; and no escape is
 * split. Text that is short enough stays as it is.
 */
export function cutMarkdown(text: string, maxCount: number): string {
  const plain = joinEnds(text, maxCount);
  // Where there is hardly room for fences, there is none for code.
  if (plain === text || maxCount < 4 * CLOSING.length || !text.includes(FENCE)) return plain;
  for (const reserve of RESERVES) {
    const cut = cutBetweenFences(text, maxCount - reserve);
    if (cut.addedCount <= reserve) return cut.text;
  }
  return plain;
}

function joinEnds(text: string, maxCount: number): string {
  const { head, tail } = cutEscapedEnds(text, maxCount);
  return tail === undefined ? head : head + MARKER + tail;
}

function cutBetweenFences(text: string, maxCount: number): { readonly text: string; readonly addedCount: number } {
  const { head, tail = "" } = cutEscapedEnds(text, maxCount);
  const wasInside = hasOpenFence(text.slice(0, text.length - tail.length));
  const bridge = tail === "" || hasOpenFence(head) === wasInside ? "" : BRIDGE;
  const cut = head + MARKER + bridge + tail;
  const closing = hasOpenFence(cut) ? CLOSING : "";
  return { text: cut + closing, addedCount: bridge.length + closing.length };
}
