import { expect } from "vitest";
import type { EmbedText } from "../src/embed/index.ts";

// Written from Discord's page of limits and apart from the code that it judges.
// https://discord.com/developers/docs/resources/message#embed-object-embed-limits

/** Unicode code points, as Discord counts. */
export const count = (text: string): number => Array.from(text).length;

/** Fails unless Discord would take the embeds of one message, as far as its limits and blank texts go. */
export function expectAcceptable(embeds: readonly EmbedText[]): void {
  let total = 0;
  const add = (text: string | undefined, maxCount: number): void => {
    if (text === undefined) return;
    expect(text.isWellFormed()).toBe(true);
    expect(text.trim()).not.toBe("");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for them
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    expect(count(text)).toBeLessThanOrEqual(maxCount);
    total += count(text);
  };
  expect(embeds.length).toBeLessThanOrEqual(10);
  for (const embed of embeds) {
    add(embed.title, 256);
    add(embed.description, 4096);
    add(embed.footer?.text, 2048);
    add(embed.author?.name, 256);
    expect(embed.fields?.length ?? 0).toBeLessThanOrEqual(25);
    for (const field of embed.fields ?? []) {
      add(field.name, 256);
      add(field.value, 1024);
    }
  }
  expect(total).toBeLessThanOrEqual(6000);
}
