import type { AlertView } from "./alert-view.ts";

/** The years that Discord's time format and a sane sender agree on. */
const MAX_TIME_MS = Date.UTC(9999, 11, 31);

const isTime = (timeMs: number): boolean => timeMs >= 0 && timeMs <= MAX_TIME_MS;

/** A time outside the years that Discord takes, or none at all, becomes the first second of 1970. */
const toTime = (timeMs: number): number => (isTime(timeMs) ? timeMs : 0);

/** ISO 8601, for the foot of an embed. */
export const toTimestamp = (timeMs: number): string => new Date(toTime(timeMs)).toISOString();

/**
 * How long ago, for a text: Discord keeps it up to date for each reader.
 * {@link https://discord.com/developers/docs/reference#message-formatting-timestamp-styles}
 */
export const toRelativeTime = (timeMs: number): string => `<t:${Math.floor(toTime(timeMs) / 1000)}:R>`;

/** When it happened, as far as anybody can believe it, else when the alert was made. */
export function happenedAt({ alert, createdAt }: AlertView): number {
  const occurredMs = alert.occurred_at === undefined ? Number.NaN : Date.parse(alert.occurred_at);
  return isTime(occurredMs) ? occurredMs : createdAt;
}
