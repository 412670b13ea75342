/** How many posts a webhook's channel is given, so that a storm does not wait for limits for minutes. */
export interface PostAllowance {
  /** Whether so many more are within it. */
  has(name: string, count: number): boolean;
  spend(name: string): void;
}

/** Discord takes 30 in a minute; some are left for what is owed already, and what is said beside an alert's message. */
const POST_COUNT = 16;
const WINDOW_MS = 60_000;

export function createPostAllowance(now: () => number): PostAllowance {
  const spentAt = new Map<string, number[]>();
  const recent = (name: string) => (spentAt.get(name) ?? []).filter((at) => at > now() - WINDOW_MS);
  return {
    has: (name, count) => recent(name).length + count <= POST_COUNT,
    spend(name) {
      spentAt.set(name, [...recent(name), now()]);
    },
  };
}
