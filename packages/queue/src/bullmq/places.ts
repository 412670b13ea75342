/** BullMQ's largest. @see https://docs.bullmq.io/guide/jobs/prioritized */
const MAX_PLACE = 2 ** 21;
/** What was offered longer ago has been found by somebody's probe. */
const ROUND_MS = 1_000;

/**
 * Lets organisations take turns in a queue that knows priorities only: an organisation's first lane in a round has place 1,
 * its second 2, so the hundred lanes of one do not stand before the one lane of another.
 */
export function createPlaces(now: () => number) {
  const counts = new Map<string, number>();
  let roundStartedAt = now();
  return {
    next(organizationId: string): number {
      const age = now() - roundStartedAt;
      if (age >= ROUND_MS || age < 0) {
        counts.clear();
        roundStartedAt = now();
      }
      const place = Math.min((counts.get(organizationId) ?? 0) + 1, MAX_PLACE);
      counts.set(organizationId, place);
      return place;
    },
  };
}
