/**
 * Makes of `now` (milliseconds) a clock that never goes back. When `now` is set back, time goes on from where it was; when
 * it is set forward, time goes forward with it.
 */
export function createSteadyClock(now: () => number): () => number {
  let aheadMs = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  return () => {
    const timeMs = now() + aheadMs;
    if (timeMs < lastMs) aheadMs += lastMs - timeMs;
    else lastMs = timeMs;
    return lastMs;
  };
}
