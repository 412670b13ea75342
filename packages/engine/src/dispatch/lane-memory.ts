import type { LaneRef } from "@tocsin/queue";

/**
 * What this process remembers of a destination's refusals. Nothing is lost with it: what was refused is refused once more,
 * and remembered again.
 */
export interface LaneMemory {
  /** Until when Discord refuses edits of old messages there: epoch milliseconds, 0 when it does not. */
  oldEditsRefusedUntil(lane: LaneRef): number;
  refuseOldEdits(lane: LaneRef, untilAt: number): void;
  /** Whether a revision of a subject was refused for its form. */
  isStrict(lane: LaneRef, subjectId: string, revision: number): boolean;
  makeStrict(lane: LaneRef, subjectId: string, revision: number): void;
}

/** Whoever was refused longest ago is forgotten first. */
const MAX_STRICT_COUNT = 10_000;

export function createLaneMemory(): LaneMemory {
  const refusedUntil = new Map<string, number>();
  const strict = new Map<string, number>();
  const keyOf = ({ organizationId, laneId }: LaneRef, ...rest: readonly string[]) =>
    JSON.stringify([organizationId, laneId, ...rest]);
  return {
    oldEditsRefusedUntil: (lane) => refusedUntil.get(keyOf(lane)) ?? 0,
    refuseOldEdits(lane, untilAt) {
      refusedUntil.set(keyOf(lane), untilAt);
    },
    isStrict: (lane, subjectId, revision) => strict.get(keyOf(lane, subjectId)) === revision,
    makeStrict(lane, subjectId, revision) {
      const key = keyOf(lane, subjectId);
      strict.delete(key);
      strict.set(key, revision);
      const [oldest] = strict.keys();
      if (strict.size > MAX_STRICT_COUNT && oldest !== undefined) strict.delete(oldest);
    },
  };
}
