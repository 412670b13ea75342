import { cutEscaped } from "./cut-middle.ts";

const FENCE = "```";
const CLOSING = `\n${FENCE}`;

const hasOpenFence = (text: string): boolean => text.split(FENCE).length % 2 === 0;

/**
 * As `cutMiddle`, for text that is shown as Markdown: a code block that lost its end in the cut is closed, inside
 * `maxCount`, and no escape is split. Text that is short enough stays as it is.
 */
export function cutMarkdown(text: string, maxCount: number): string {
  const cut = cutEscaped(text, maxCount);
  if (cut === text || !hasOpenFence(cut) || maxCount < 4 * CLOSING.length) return cut;
  // Cutting more may take a fence away, or join two halves of one: look again.
  const shorter = cutEscaped(text, maxCount - CLOSING.length);
  return hasOpenFence(shorter) ? shorter + CLOSING : shorter;
}
