/** A clock in whole epoch milliseconds that goes on evenly when the system's time is set: rate limits measure spans. */
export function createMonotonicClock(): () => number {
  return () => Math.floor(performance.timeOrigin + performance.now());
}
