import { kindOf, sightingsOf } from "../sightings.ts";
import type { Place } from "./place.ts";

/** Says what is wrong with the thread of an alert: started with its message, told of the resolve, and closed. */
export function threadProblems({ world, lane, record, notification, isDead }: Place): readonly string[] {
  const { state } = lane.channel;
  const hasThreads = lane.isForum || (lane.isBot && lane.looks.thread !== false && lane.looks.digest === undefined);
  if (!hasThreads || lane.everLooks.length > 1 || isDead || notification?.messageId === undefined) return [];
  const card = state.messages.find(({ id }) => id === notification.messageId);
  const isLive = card !== undefined && !card.isDeleted;
  const isRefused = state.wereForbidden.size > 0 || state.oldEditRefusals.length > 0;
  if (!isLive || isRefused || world.silenced.has(record.id) || isPoison({ world, record })) return [];
  const thread = state.threads.get(notification.threadId ?? notification.messageId);
  const isResolved = record.alert.status === "resolved";
  if (thread === undefined) return isResolved ? [] : ["it has no thread"];
  if (thread.isDeleted || thread.isDisturbed || !isResolved) return [];
  const notes = state.messages.filter(
    ({ threadId, body }) =>
      threadId === thread.id &&
      kindOf(body) === "notice" &&
      body.content?.includes("**Resolved**") &&
      sightingsOf(body).some(({ title }) => world.book.alertOf(title) === record.id),
  );
  const wasShownActive = card.firstBody.embeds?.[0]?.title?.startsWith("✅") === false;
  const problems: string[] = [];
  if (notes.length === 0 && wasShownActive) problems.push("its thread was not told that it is resolved");
  if (lane.isBot && !thread.isArchived) problems.push("its thread is still open");
  return problems;
}

function isPoison({ world, record }: Pick<Place, "world" | "record">): boolean {
  return (
    world.book.wasEver(record.id, "poison") ||
    world.events.some((event) => event.kind === "step-skipped" && event.alertId === record.id)
  );
}
