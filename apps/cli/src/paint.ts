import { styleText } from "node:util";
import type { Context } from "./context.ts";

type Style = Parameters<typeof styleText>[0];

/** Colours text for stdout: only on a terminal, and never with `NO_COLOR` set to anything (https://no-color.org). */
export function createPaint(context: Pick<Context, "env" | "isTTY">): (style: Style, text: string) => string {
  const colours = context.isTTY && !context.env.NO_COLOR;
  return (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text);
}
