import { codePointCount } from "../code-points.ts";
import type { EmbedText } from "./embed.ts";

/** How much of Discord's total for a message `embed` uses, in code points. White space at the ends counts here too. */
export function embedLength(embed: EmbedText): number {
  const fields = embed.fields ?? [];
  const texts = [embed.title, embed.description, embed.footer?.text, embed.author?.name];
  for (const field of fields) texts.push(field.name, field.value);
  return texts.reduce((sum, text) => sum + codePointCount(text ?? ""), 0);
}
