import type { DeadLetter, Delivery } from "@tocsin/queue";
import type { AlertRecord, Notification } from "../engine.ts";
import type { LedgerEntry } from "../ledger/ledger-entry.ts";
import { type OrganizationConfig, skippedChannels } from "../routing/routing.ts";

export interface NotificationSources {
  readonly config: OrganizationConfig;
  readonly record: AlertRecord;
  readonly open: readonly Delivery[];
  readonly shown: readonly LedgerEntry[];
  readonly dead: readonly DeadLetter[];
}

function describe(destination: string, { record, open, shown, dead }: NotificationSources): Notification {
  const entry = shown.find(({ laneId }) => laneId === destination);
  const letter = dead.findLast(({ laneId }) => laneId === destination);
  // What is still owed where the newest revision is shown is the thread that goes with it.
  const isShown = entry !== undefined && entry.revision >= record.revision;
  const pending = !isShown && open.some(({ laneId }) => laneId === destination);
  const failed = letter !== undefined && (entry === undefined || letter.revision > entry.revision);
  const threadId = entry?.ownThreadId ?? entry?.threadId;
  return {
    channel: "discord",
    destination,
    status: pending ? "pending" : failed ? "failed" : "delivered",
    sentAt: entry?.sentAt ?? null,
    ...(entry === undefined ? {} : { channelId: entry.channelId, messageId: entry.messageId }),
    ...(threadId === undefined ? {} : { threadId }),
    ...(entry === undefined || entry.possibleDuplicateCount === 0
      ? {}
      : { possibleDuplicateCount: entry.possibleDuplicateCount }),
    ...(failed && !pending ? { reason: letter.reason, details: letter.details } : {}),
    ...(failed && !pending && letter.mayBeDelivered ? { mayBeDelivered: true } : {}),
  };
}

/** What each destination has done or owes for an alert, and the channels that nothing here serves. Pure. */
export function describeNotifications(sources: NotificationSources): readonly Notification[] {
  const destinations = new Set([...sources.shown, ...sources.open, ...sources.dead].map(({ laneId }) => laneId));
  return [
    ...[...destinations].sort().map((destination) => describe(destination, sources)),
    ...skippedChannels(sources.record.alert, sources.config).map(
      (channel): Notification => ({ channel, status: "skipped", sentAt: null }),
    ),
  ];
}
