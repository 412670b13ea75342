const time = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const shortDate = new Intl.DateTimeFormat(undefined, { dateStyle: "short" });
const longDate = new Intl.DateTimeFormat(undefined, { dateStyle: "long" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

/** Discord's timestamp styles, https://docs.discord.com/developers/reference#message-formatting-timestamp-styles. */
const styles: Readonly<Record<string, Intl.DateTimeFormat>> = {
  t: time,
  T: new Intl.DateTimeFormat(undefined, { timeStyle: "medium" }),
  d: shortDate,
  D: longDate,
  f: new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeStyle: "short" }),
  F: new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" }),
};

export const timeText = (date: Date) => time.format(date);
export const dayText = (date: Date) => longDate.format(date);

/** The moment as a message head shows it: "Today at …", "Yesterday at …", or the date with the time. */
export function momentText(date: Date, now: Date): string {
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (isSameDay(date, now)) return `Today at ${time.format(date)}`;
  if (isSameDay(date, yesterday)) return `Yesterday at ${time.format(date)}`;
  return `${shortDate.format(date)}, ${time.format(date)}`;
}

export function isSameDay(a: Date, b: Date): boolean {
  return a.getDate() === b.getDate() && a.getMonth() === b.getMonth() && a.getFullYear() === b.getFullYear();
}

/** The text of `<t:…:style>`; `R` and everything unknown are relative to `nowMs`. */
export function styledText(date: Date, style: string, nowMs: number): string {
  return styles[style]?.format(date) ?? relativeText(date.getTime() - nowMs);
}

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

function relativeText(differenceMs: number): string {
  const seconds = Math.round(differenceMs / 1000);
  const [unit, size] = UNITS.find(([, unitSize]) => Math.abs(seconds) >= unitSize) ?? ["second", 1];
  return relative.format(Math.trunc(seconds / size), unit);
}
