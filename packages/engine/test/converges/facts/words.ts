import type { DiscordMessage } from "@tocsin/discord-transport";
import { isWorse } from "../../../src/routing/delivery-options.ts";
import { liveMessages } from "../discord/model-state.ts";
import { kindOf, sightingsOf } from "../sightings.ts";
import type { WorldLane } from "../walk/world-state.ts";
import { mayDouble, type Place } from "./place.ts";

/** Says what is wrong with what people were told of an alert, beside its message. */
export function wordProblems(place: Place): readonly string[] {
  return [...toldTwice(place), ...neverTold(place)];
}

/** Of one escalation, reopening or resolve people are told once in one place, except by a call whose answer was lost. */
function toldTwice({ world, lane, record }: Place): readonly string[] {
  const told = new Map<string, { readonly sends: Set<string>; count: number; lostCount: number }>();
  for (const { body, threadId, sendId, isAnswerLost } of liveMessages(lane.channel.state)) {
    const [sighting] = sightingsOf(body);
    if (kindOf(body) !== "notice" || sighting === undefined) continue;
    if (world.book.alertOf(sighting.title) !== record.id || isKnock(body, lane)) continue;
    const key = `${threadId ?? "the channel"}: ${body.content}`;
    const known = told.get(key) ?? { sends: new Set(), count: 0, lostCount: 0 };
    known.sends.add(sendId);
    known.count += 1;
    known.lostCount += isAnswerLost && mayDouble(lane) ? 1 : 0;
    told.set(key, known);
  }
  return [...told].flatMap(([key, { sends, count, lostCount }]) =>
    sends.size > 1 || count - 1 > lostCount ? [`told ${count} times in ${key}`] : [],
  );
}

/** A webhook opens an archived post by a message, and again if the post is archived before it is edited. */
const isKnock = ({ content }: DiscordMessage, lane: WorldLane): boolean =>
  lane.isForum && !lane.isBot && content?.includes("**Changed") === true;

/** Nobody hears of an edit: what is worse than all that people were told is told once more. */
function neverTold({ world, lane, record, isDead }: Place): readonly string[] {
  const { settings, scenario } = world;
  const isRouted = scenario.routes.length === 1;
  if (record.alert.status === "resolved" || isDead || settings.escalation === "edit" || !isRouted) return [];
  const { wereForbidden, threads } = lane.channel.state;
  if (wereForbidden.size > 0 || [...threads.values()].some(({ isDisturbed }) => isDisturbed)) return [];
  // A notice that Discord refuses is left out.
  if (world.book.wasEver(record.id, "poison")) return [];
  // Who follows the channel does not see what is said in threads.
  const inSight = lane.channel.state.messages.filter(({ threadId }) => lane.isForum || threadId === null);
  const last = inSight.findLast(({ firstBody }) =>
    sightingsOf(firstBody).some(({ title }) => world.book.alertOf(title) === record.id),
  );
  if (last === undefined || kindOf(last.firstBody) === "digest") return [];
  const title = sightingsOf(last.firstBody).find((each) => world.book.alertOf(each.title) === record.id)?.title ?? "";
  const told = world.book.saidUnder(title)?.severity ?? "info";
  return isWorse(record.alert.severity, told) ? [`it is ${record.alert.severity}, and people were told ${told}`] : [];
}
