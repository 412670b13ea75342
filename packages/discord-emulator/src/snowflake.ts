/** First second of 2015: the zero of Discord's ids (docs: reference, "Snowflakes"). */
const DISCORD_EPOCH_AT = 1_420_070_400_000;
/** Client libraries expect ids of at least 17 digits, which Discord has issued since 2016. */
const EARLIEST_AT = Date.UTC(2020, 0, 1);
const TIME_SHIFT = 22n;

/** Source of ids. */
export interface Snowflakes {
  /** A new id, greater than every id before it, whatever the clock does. */
  next(): string;
  /** Continues after `id`, which an earlier run issued. */
  continueAfter(id: bigint): void;
}

/** Moves a clock that starts near zero (a test's fake clock) to a time at which Discord existed; real clocks pass unchanged. */
export function toDiscordClock(now: () => number): () => number {
  return () => {
    const at = now();
    return at < EARLIEST_AT ? EARLIEST_AT + Math.max(0, at) : at;
  };
}

/** Creates ids from `now` (epoch milliseconds): time in the upper bits, a counter below. */
export function createSnowflakes(now: () => number): Snowflakes {
  let last = 0n;
  return {
    next() {
      const candidate = BigInt(Math.trunc(now()) - DISCORD_EPOCH_AT) << TIME_SHIFT;
      last = candidate > last ? candidate : last + 1n;
      return last.toString();
    },
    continueAfter(id) {
      if (id > last) last = id;
    },
  };
}

/** When `id` was made, epoch milliseconds. */
export function snowflakeAt(id: string): number {
  return Number(BigInt(id) >> TIME_SHIFT) + DISCORD_EPOCH_AT;
}

/** Tells whether `value` can be an id: an unsigned 64-bit integer in decimal digits. Zero counts (docs: it is valid as a page start). */
export function isSnowflake(value: string): boolean {
  return /^\d{1,20}$/.test(value) && BigInt(value) < 2n ** 63n;
}

/** Discord's way to write a time: microseconds and a numeric offset. */
export function toTimestamp(at: number): string {
  return new Date(at).toISOString().replace("Z", "000+00:00");
}
