import type { DiscordMessage } from "@tocsin/discord-transport";
import type { AlertRecord, Notification } from "../../../src/index.ts";
import { liveMessages, type ModelMessage } from "../discord/model-state.ts";
import { kindOf, plainIcon, type Sighting, sightingsOf } from "../sightings.ts";
import type { World, WorldLane } from "../walk/world-state.ts";
import { mayDouble, type Place } from "./place.ts";
import { threadProblems } from "./threads.ts";
import { keyOf } from "./watch.ts";
import { wordProblems } from "./words.ts";

const ICONS = { info: "ℹ️", warn: "⚠️", critical: "🚨" } as const;

/** What a person should see of an alert now. */
const wantedSighting = ({ alert }: AlertRecord): Sighting => ({
  title: /job\w+ n\d+/.exec(alert.title)?.[0] ?? alert.title,
  icon: plainIcon(alert.status === "resolved" ? "✅" : ICONS[alert.severity]),
});

/** A message that shows an alert. */
interface Shown {
  readonly message: ModelMessage;
  readonly sighting: Sighting;
}

/** Says what is wrong with what a channel shows of an alert. */
function cardProblems({ world, lane, record, notification, isDead }: Place): readonly string[] {
  const wanted = keyOf(wantedSighting(record));
  const shown = liveMessages(lane.channel.state).flatMap((message): Shown[] =>
    kindOf(message.body) === "notice"
      ? []
      : sightingsOf(message.body)
          .filter(({ title }) => world.book.alertOf(title) === record.id)
          .map((sighting) => ({ message, sighting })),
  );
  const newest = shown.filter(({ sighting }) => keyOf(sighting) === wanted);
  const older = shown.filter(({ sighting }) => keyOf(sighting) !== wanted);
  const problems: string[] = [];
  if (newest.length === 0 && !isDead && !mayBeUnseen({ world, lane, record }, wanted)) {
    problems.push("its newest revision is shown nowhere");
  }
  // Edited to it without a word of that, and shut before it could be edited again.
  const known = newest.filter(({ message }) => !message.isEditAnswerLost || !mayStay(message, { world, lane, record }));
  if (known.length > 1) problems.push(...doubleProblems(known, lane, notification));
  for (const { message } of older) {
    if (!isDead && !mayStay(message, { world, lane, record }))
      problems.push(`an older revision stays in ${message.id}`);
  }
  const critical = record.alert.severity === "critical" && record.alert.status === "active";
  if (critical && newest.length > 0 && newest.every(({ message }) => kindOf(message.body) === "digest")) {
    problems.push("it is critical, and only a line of a list");
  }
  return problems;
}

function mayBeUnseen({ world, lane, record }: Pick<Place, "world" | "lane" | "record">, wanted: string): boolean {
  if (lane.watch.deletedSightings.has(wanted)) return true;
  // Over before anybody heard of it, or could hear of it again.
  return record.alert.status === "resolved" && world.silenced.has(record.id);
}

/** Only one call, repeated because its answers were lost, makes several messages. */
function doubleProblems(
  newest: readonly Shown[],
  lane: WorldLane,
  notification: Notification | undefined,
): readonly string[] {
  const sends = new Set(newest.map(({ message }) => message.sendId));
  const messages = new Set(newest.map(({ message }) => message.id));
  const text = [...messages].join(", ");
  if (messages.size < newest.length) return [`one message shows it twice: ${text}`];
  if (sends.size > 1) return [`several calls show it: ${text}`];
  if (!mayDouble(lane)) return [`it is doubled although it could be looked for: ${text}`];
  const extraCount = messages.size - 1;
  const lostCount = newest.filter(({ message }) => message.isAnswerLost).length;
  if (extraCount > lostCount) return [`it is doubled without a lost answer: ${text}`];
  // One that failed after lost answers says that it may be there, not how often.
  if (notification?.mayBeDelivered === true) return [];
  const saidCount = notification?.possibleDuplicateCount ?? 0;
  return extraCount > saidCount ? [`${extraCount} doubles, and the notification says ${saidCount}: ${text}`] : [];
}

const THREAD_ARCHIVED = 50083;

/** Whether a message may be left standing as it was: a double, or one that another took the place of, since it could not be edited. */
function mayStay(message: ModelMessage, { world, lane, record }: Pick<Place, "world" | "lane" | "record">): boolean {
  const { state } = lane.channel;
  if (message.isAnswerLost && mayDouble(lane)) return true;
  const later = state.messages.slice(state.messages.indexOf(message) + 1);
  const isReplaced = later.some(
    ({ firstBody }) => kindOf(firstBody) !== "notice" && shows(firstBody, { world, record }),
  );
  // A closed post takes no edit, and a webhook cannot open it; nobody can open one that is locked. Then the alert gets a new card.
  const isShut = lane.isBot
    ? message.threadId !== null && state.threads.get(message.threadId)?.isDisturbed === true
    : lane.watch.refusals.some(({ code }) => code === THREAD_ARCHIVED);
  return isReplaced && (isShut || lane.watch.shared.has(message.id) || state.oldEditRefusals.length > 0);
}

const shows = (body: DiscordMessage, { world, record }: Pick<Place, "world" | "record">): boolean =>
  sightingsOf(body).some(({ title }) => world.book.alertOf(title) === record.id);

/** Expects that every channel shows the newest of every alert that it owes, as often and as loudly as it should. */
export async function expectConverged(world: World): Promise<void> {
  const records = await world.records();
  const dead = await world.deadLetters();
  const problems: string[] = [];
  for (const record of records) {
    const notifications = await world.notifications(record.id);
    for (const lane of world.lanes) {
      const letters = dead.filter(({ laneId, subjectId }) => laneId === lane.name && subjectId === record.id);
      const notification = notifications.find(({ destination }) => destination === lane.name);
      const place = { world, lane, record, notification, isDead: letters.length > 0 };
      if (!world.book.isOwed(record.id, lane.name)) continue;
      const found = [...cardProblems(place), ...wordProblems(place), ...threadProblems(place)];
      if (letters.length > 0 && !mayBeRefused(place)) found.push(`a dead letter for no reason: ${letters[0]?.reason}`);
      problems.push(...found.map((problem) => `${lane.name}: ${keyOf(wantedSighting(record))}: ${problem}`));
    }
  }
  for (const lane of world.lanes) problems.push(...callProblems(world, lane));
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

/** Whether Discord had a reason to refuse the alert's own message. */
function mayBeRefused({ world, lane, record }: Place): boolean {
  const { wereForbidden, threads } = lane.channel.state;
  const isPoison = world.book.wasEver(record.id, "poison");
  const isLocked = lane.isForum && [...threads.values()].some((thread) => thread.isLocked || thread.isDisturbed);
  return isPoison || isLocked || wereForbidden.has("post") || wereForbidden.has("edit");
}

/** Calls that one change of an alert takes at most: edit, reply or post, notice, thread, note, closing; some refused. */
const CALLS_PER_CHANGE = 8;

function callProblems(world: World, lane: WorldLane): readonly string[] {
  const changes = world.book.acceptedCount() + world.disturbanceCount;
  const most = CALLS_PER_CHANGE * (changes + 1);
  const count = lane.watch.callCount();
  return count > most ? [`${lane.name}: ${count} calls for ${changes} changes`] : [];
}
