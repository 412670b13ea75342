import type { DiscordMessage } from "@tocsin/discord-transport";

/** Every title of the tests is unique, so that it tells the alert and what was said of it. */
const TITLE = /(\S+) (job\w+ n\d+)/;

/** One alert as somebody sees it: with its icon, which tells severity or status. */
export interface Sighting {
  readonly title: string;
  readonly icon: string;
}

export type MessageKind = "card" | "digest" | "notice";

/** Variation selectors do not survive plain text. */
export const plainIcon = (icon: string): string => icon.replaceAll("\uFE0F", "");

/** What a message is: only a notice speaks in its own words. */
export function kindOf({ content, embeds }: DiscordMessage): MessageKind {
  if (content?.includes("**")) return "notice";
  return /^\S+ \d+ alerts?$/.test(embeds?.[0]?.title ?? "") ? "digest" : "card";
}

const sightingIn = (text: string): Sighting[] => {
  const found = TITLE.exec(text);
  return found === null ? [] : [{ icon: plainIcon(found[1] as string), title: found[2] as string }];
};

/** The alerts that a message shows, in its order. */
export function sightingsOf(message: DiscordMessage): readonly Sighting[] {
  const embeds = message.embeds ?? [];
  if (kindOf(message) !== "digest") return embeds.flatMap(({ title }) => sightingIn(title ?? ""));
  return (embeds[0]?.description ?? "").split("\n").flatMap(sightingIn);
}

/** Whether somebody is pinged by it. */
export const pings = ({ allowed_mentions }: DiscordMessage): boolean =>
  (allowed_mentions?.users ?? []).length + (allowed_mentions?.roles ?? []).length > 0;
