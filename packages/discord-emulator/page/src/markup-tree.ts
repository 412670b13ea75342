import { rules, SimpleMarkdown } from "discord-markdown-parser";

/** A node of Discord's markdown. It is data: text in it stays text until a view draws it. */
export interface MarkupNode {
  readonly type: string;
  readonly content?: string | readonly MarkupNode[];
  readonly target?: string;
  readonly id?: string;
  readonly name?: string;
  readonly fullName?: string;
  readonly level?: number;
  readonly depth?: number;
  readonly timestamp?: string;
  readonly format?: string;
}

type Rule = (typeof rules)[string];
const lineOrder = SimpleMarkdown.defaultRules.heading.order;

/** The library's link rule needs quadratic time on nested brackets; this one is linear and knows only addresses that may be followed. */
const link: Rule = {
  order: SimpleMarkdown.defaultRules.link.order,
  match: (source) =>
    /^\[((?:\\.|[^[\]\\\n]){1,1000})\]\(<?(https?:\/\/[^\s()<>]{1,2000}(?:\([^\s()<>]{0,200}\))?[^\s()<>]{0,2000})>?\)/.exec(
      source,
    ),
  parse: (capture, parse, state) => ({ content: parse(capture[1] ?? "", state), target: capture[2] }),
};

const listItem: Rule = {
  order: lineOrder,
  match: (source, state) => (isLineStart(state.prevCapture) ? /^( {0,8})[-*] (?=\S)/.exec(source) : null),
  parse: (capture) => ({ depth: Math.floor((capture[1] ?? "").length / 2) }),
};

function isLineStart(previous: unknown): boolean {
  const text = Array.isArray(previous) ? previous[0] : previous;
  return text === null || text === undefined || text === "" || (typeof text === "string" && text.endsWith("\n"));
}

const parser = SimpleMarkdown.parserFor({ ...rules, link, listItem });

/** Reads Discord's markdown. Text that nests too deep to be read is returned as it is. */
export function parseMarkup(text: string): readonly MarkupNode[] {
  try {
    return parser(text, { inline: true });
  } catch (error) {
    if (error instanceof RangeError) return [{ type: "text", content: text }];
    throw error;
  }
}
