import type { EngineEvent, OrganizationEngine } from "../../src/index.ts";
import { type AlertWorld, SHAPES } from "./alert-world.ts";
import { type AcceptedAlert, keysIn, newestText } from "./incidents.ts";
import { isCard, readChannels, type ShownMessage } from "./read-channels.ts";
import type { SealedAlert } from "./relay.ts";
import { threadProblems } from "./thread-problems.ts";

/** What the emulator shows otherwise than it should, in words. */
export interface Differences {
  /** Alerts that are neither shown as they are nor reported as failed. */
  readonly lost: readonly string[];
  readonly botDoubles: readonly string[];
  /** Webhooks' messages beside the one that counts, without a lost answer or a crash that explains them. */
  readonly unexplainedDoubles: readonly string[];
  /** Threads that were not told, or not closed; notes about things that never happened. */
  readonly wrong: readonly string[];
}

/** What is worth knowing beside that. */
export interface Shown {
  /** Messages of webhooks that stand there twice, by why they do. */
  readonly webhookDoubles: Readonly<Record<Cause, number>>;
  readonly failedCount: number;
  readonly threadCount: number;
  readonly closedThreadCount: number;
  readonly messageCount: number;
  /** Alerts that share their message with others. */
  readonly packedCount: number;
}

export interface Evidence {
  readonly alerts: readonly AcceptedAlert[];
  readonly events: readonly EngineEvent[];
  readonly lostAnswerIds: ReadonlySet<string>;
  /** What was sealed and not answered when a relay was killed. */
  readonly sealedInCrashes: readonly SealedAlert[];
  /**
   * Alerts of which a call was given up after the transport's time limit: on a machine that stands still for so long, the answer may
   * have been sent.
   */
  readonly timedOutKeys: ReadonlySet<string>;
}

export async function compare(
  world: AlertWorld,
  organization: OrganizationEngine,
  evidence: Evidence,
): Promise<Differences & Shown> {
  const shown = await readChannels(world);
  const byKey = messagesByKey(shown.messages);
  const webhookDoubles = { "lost answer": 0, killed: 0, "too slow": 0 };
  const counts = { failedCount: 0, threadCount: 0, closedThreadCount: 0, packedCount: 0 };
  const lost: string[] = [];
  const botDoubles = doubledNonces(shown.messages);
  const unexplainedDoubles: string[] = [];
  const wrong = strangers(shown.messages, evidence.alerts);

  for (const alert of evidence.alerts) {
    const { key, id, place, versions } = alert;
    const { path } = SHAPES[place.shape];
    const found = await organization.get(id);
    const notification = found?.notifications.find(({ destination }) => destination === place.name);
    if (found?.record.revision !== versions.at(-1)?.revision) wrong.push(`${key} has another revision in the engine`);
    const messages = byKey.get(key) ?? [];
    const cards = messages.filter(isCard);
    const own = cards.find((card) => card.id === notification?.messageId);
    if (notification?.status === "failed" && hasLetter(alert, evidence.events)) counts.failedCount += 1;
    else if (own === undefined || !showsNewest(alert, own))
      lost.push(`${key} at ${place.name}: ${JSON.stringify({ notification, own })}`);
    if (own === undefined) continue;
    if (own.embeds.length > 1) counts.packedCount += 1;

    const cardDoubles = cards.filter((card) => card !== own);
    for (const message of [...cardDoubles, ...doubledNotes(messages)]) {
      const words = `${key} at ${place.name}: ${message.id}`;
      const cause = causeOf(message, alert, evidence);
      if (path === "bot") botDoubles.push(words);
      else if (cause === undefined) unexplainedDoubles.push(words);
      else webhookDoubles[cause] += 1;
    }
    if (path === "webhook" && cardDoubles.length > (notification?.possibleDuplicateCount ?? 0)) {
      wrong.push(`${key} stands ${cardDoubles.length} times too often, and the engine counts fewer`);
    }
    const thread = threadProblems(alert, notification, messages, shown, evidence.events);
    wrong.push(...thread.problems, ...inventedNotes(alert, messages));
    counts.threadCount += thread.kind === "none" ? 0 : 1;
    counts.closedThreadCount += thread.kind === "closed" ? 1 : 0;
  }
  return {
    lost,
    botDoubles,
    unexplainedDoubles,
    wrong,
    webhookDoubles,
    ...counts,
    messageCount: shown.messages.length,
  };
}

function messagesByKey(messages: readonly ShownMessage[]): ReadonlyMap<string, readonly ShownMessage[]> {
  const byKey = new Map<string, ShownMessage[]>();
  for (const message of messages) {
    for (const key of message.embeds.flatMap(({ title = "" }) => keysIn(title))) {
      byKey.set(key, [...(byKey.get(key) ?? []), message]);
    }
  }
  return byKey;
}

/** A sealed call has one nonce for ever. */
function doubledNonces(messages: readonly ShownMessage[]): string[] {
  const seen = new Set<string>();
  return messages.flatMap(({ id, nonce }) => {
    if (nonce === undefined) return [];
    const isDouble = seen.has(nonce);
    seen.add(nonce);
    return isDouble ? [`${id} with the nonce of another`] : [];
  });
}

function strangers(messages: readonly ShownMessage[], alerts: readonly AcceptedAlert[]): string[] {
  const known = new Set(alerts.map(({ key }) => key));
  return messages.flatMap((message) => {
    const keys = message.embeds.flatMap(({ title = "" }) => keysIn(title));
    if (keys.length === 0) return [`${message.id} is about nothing`];
    return keys.filter((key) => !known.has(key)).map((key) => `${message.id} is about ${key}, which nobody reported`);
  });
}

function showsNewest(alert: AcceptedAlert, card: ShownMessage): boolean {
  const embeds = card.embeds.filter(({ title = "" }) => keysIn(title).includes(alert.key));
  const [embed] = embeds;
  if (embeds.length !== 1 || embed?.description?.startsWith(newestText(alert)) !== true) return false;
  const status = embed.fields?.find(({ name }) => name === "status")?.value ?? "";
  return status.startsWith("resolved") === (alert.versions.at(-1)?.isResolved === true);
}

const hasLetter = ({ id, place }: AcceptedAlert, events: readonly EngineEvent[]): boolean =>
  events.some((event) => event.kind === "dead-letter" && event.alertId === id && event.destination === place.name);

/** An alert ends once, and of what happens to it nothing is said twice in one place. */
function doubledNotes(messages: readonly ShownMessage[]): readonly ShownMessage[] {
  const words = ({ channel_id, content, embeds }: ShownMessage) =>
    content.includes("**Resolved**") ? "resolved" : JSON.stringify([channel_id, content, embeds]);
  const notes = messages.filter((message) => !isCard(message));
  return [...Map.groupBy(notes, words).values()].flatMap((same) => same.slice(1));
}

type Cause = "lost answer" | "killed" | "too slow";

/** Why a webhook's message stands there twice. */
function causeOf(message: ShownMessage, { id, key, place }: AcceptedAlert, evidence: Evidence): Cause | undefined {
  if (evidence.lostAnswerIds.has(message.id)) return "lost answer";
  const isSealed = ({ lane_id, subject_id }: SealedAlert) => lane_id === place.name && subject_id === id;
  if (evidence.sealedInCrashes.some(isSealed)) return "killed";
  return evidence.timedOutKeys.has(key) ? "too slow" : undefined;
}

/** There are no more notes about an alert that got worse than times when it did. */
function inventedNotes({ key, versions, place }: AcceptedAlert, messages: readonly ShownMessage[]): readonly string[] {
  if (SHAPES[place.shape].path !== "bot") return [];
  const rank = { info: 0, warn: 1, critical: 2 };
  const worseCount = versions.filter(
    (version, index) => rank[version.severity] > rank[versions[index - 1]?.severity ?? "critical"],
  ).length;
  const noteCount = messages.filter(({ content }) => content.includes("**Escalated")).length;
  return noteCount > 2 * worseCount ? [`${key} got worse ${worseCount} times, and ${noteCount} notes say so`] : [];
}
