import { expect } from "vitest";
import type { AlertMessage, EmbedText } from "../src/embed/index.ts";

// Written from Discord's page of limits and apart from the code that it judges.
// https://discord.com/developers/docs/resources/message#embed-object-embed-limits

/** Unicode code points, as Discord counts. */
export const count = (text: string): number => Array.from(text).length;

/** Every text of an embed that counts. */
export const textsOf = (embed: EmbedText): readonly string[] =>
  [
    embed.title,
    embed.description,
    embed.footer?.text,
    embed.author?.name,
    ...(embed.fields ?? []).flatMap((field) => [field.name, field.value]),
  ].filter((text) => text !== undefined);

/** What Discord would say of a text, none of it when all is well. One assertion for each text would take most of the time. */
function problemsOf(text: string | undefined, maxCount: number): readonly string[] {
  if (text === undefined) return [];
  return [
    ...(text.isWellFormed() ? [] : ["half a character"]),
    ...(text.trim() === "" ? ["blank"] : []),
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for them
    ...(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(text) ? ["control character"] : []),
    ...(count(text) <= maxCount ? [] : [`${count(text)} of at most ${maxCount}`]),
  ].map((problem) => `${problem}: ${JSON.stringify(text)}`);
}

/** Fails unless Discord would take the embeds of one message, as far as its limits and blank texts go. */
export function expectAcceptable(embeds: readonly EmbedText[]): void {
  const problems = embeds.flatMap((embed) => [
    ...problemsOf(embed.title, 256),
    ...problemsOf(embed.description, 4096),
    ...problemsOf(embed.footer?.text, 2048),
    ...problemsOf(embed.author?.name, 256),
    ...(embed.fields ?? []).flatMap(({ name, value }) => [...problemsOf(name, 256), ...problemsOf(value, 1024)]),
  ]);
  expect(problems).toEqual([]);
  expect(embeds.length).toBeLessThanOrEqual(10);
  for (const embed of embeds) expect(embed.fields?.length ?? 0).toBeLessThanOrEqual(25);
  expect(embeds.flatMap(textsOf).reduce((sum, text) => sum + count(text), 0)).toBeLessThanOrEqual(6000);
}

const ISO_8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** As {@link expectAcceptable}, for the whole body of a message. */
export function expectAcceptableMessage(message: AlertMessage): void {
  expectAcceptable(message.embeds);
  for (const embed of message.embeds) {
    expect(embed.timestamp).toMatch(ISO_8601);
    expect(embed.color).toBeGreaterThanOrEqual(0);
    expect(embed.color).toBeLessThanOrEqual(0xffffff);
  }
  expect(problemsOf(message.content, 2000)).toEqual([]);
  const { parse, users = [], roles = [] } = message.allowed_mentions;
  expect(["", "everyone"]).toContain(parse.join());
  for (const ids of [users, roles]) {
    expect(ids.length).toBeLessThanOrEqual(100);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(BigInt(id)).toBeLessThan(2n ** 63n);
  }
  expect([undefined, 4096]).toContain(message.flags);
}

/** Whom the message pings, by Discord's rules: what its content mentions and `allowed_mentions` allows. */
export function pingsOf({ content = "", allowed_mentions }: AlertMessage): readonly string[] {
  const { parse, users = [], roles = [] } = allowed_mentions;
  const named = (pattern: RegExp, allowed: readonly string[]) =>
    [...content.matchAll(pattern)].map(([, id = ""]) => id).filter((id) => allowed.includes(id));
  return [
    ...(parse.includes("everyone") ? [...content.matchAll(/@(?:everyone|here)/g)].map(([text]) => text) : []),
    ...named(/<@&(\d+)>/g, roles).map((id) => `role ${id}`),
    ...named(/<@!?(\d+)>/g, users).map((id) => `user ${id}`),
  ];
}

/** Fails unless the message is one to which Discord has nothing to object. */
export function expectStrict(message: AlertMessage): void {
  expectAcceptableMessage(message);
  expect(Object.keys(message)).not.toContain("username");
  expect(Object.keys(message)).not.toContain("avatar_url");
  const texts = message.embeds.flatMap(textsOf);
  // Controls, format characters and what else shows nothing; links and addresses that are more than plain text.
  const REFUSABLE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|\]\(|<https?:\/\//iu;
  expect([message.content ?? "", ...texts].filter((text) => REFUSABLE.test(text))).toEqual([]);
  for (const embed of message.embeds) {
    expect(embed.title.length).toBeLessThanOrEqual(200);
    expect(embed.description?.length ?? 0).toBeLessThanOrEqual(1000);
    expect(embed.fields.length).toBeLessThanOrEqual(8);
    for (const { value } of embed.fields) expect(value.length).toBeLessThanOrEqual(200);
    expect(textsOf(embed).join("").length).toBeLessThanOrEqual(2000);
  }
  expect(texts.join("").length).toBeLessThanOrEqual(6000);
}
