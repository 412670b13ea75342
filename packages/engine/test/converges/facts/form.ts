import type { DiscordMessage } from "@tocsin/discord-transport";
import { kindOf, sightingsOf } from "../sightings.ts";
import type { World } from "../walk/world-state.ts";
import type { WatchedLane } from "./watched.ts";

/** https://docs.discord.com/developers/resources/message#embed-object-embed-limits */
const MAX_EMBED_COUNT = 10;
const MAX_SUM = 6_000;

const count = (text: string | undefined): number => [...(text ?? "")].length;

/** Code points of all embeds of a message, as Discord sums them. */
export const sumOf = ({ embeds = [] }: DiscordMessage): number =>
  embeds.reduce((sum, { title, description, fields = [], footer, author }) => {
    const texts = [
      title,
      description,
      footer?.text,
      author?.name,
      ...fields.flatMap(({ name, value }) => [name, value]),
    ];
    return sum + texts.reduce((total, text) => total + count(text), 0);
  }, 0);

/** What Discord or the promises of the planner have against a message. */
export function formProblems(
  message: DiscordMessage,
  lane: WatchedLane,
  { book, scenario }: World,
  { isEdit = false } = {},
): readonly string[] {
  const problems: string[] = [];
  const embeds = message.embeds ?? [];
  const said = sightingsOf(message).flatMap(({ title }) => book.saidUnder(title) ?? []);
  if (embeds.length > MAX_EMBED_COUNT) problems.push(`${embeds.length} embeds`);
  if (sumOf(message) > MAX_SUM) problems.push(`${sumOf(message)} characters`);
  const kind = kindOf(message);
  if (kind === "digest") {
    const isAsked =
      lane.everLooks.some(({ digest }) => digest !== undefined) ||
      scenario.routes.some(({ delivery }) => delivery?.digest);
    if (!isAsked) problems.push("a digest that nobody asked for");
    if (!isEdit && said.some(({ severity, isResolved }) => severity === "critical" && !isResolved)) {
      problems.push("a critical alert in a list");
    }
  }
  if (kind === "card" && embeds.length > 1) {
    if (!isEdit && said.some(({ shape }) => shape === "action")) problems.push("a decision in a shared message");
    const hasThreads = lane.everLooks.every(({ thread }) => lane.isForum || (lane.isBot && thread !== false));
    if (hasThreads) problems.push("a shared message of alerts with threads");
    if (lane.everLooks.every(({ pack }) => pack === false))
      problems.push("a shared message where that is switched off");
  }
  return problems;
}
