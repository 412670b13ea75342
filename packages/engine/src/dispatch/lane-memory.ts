import type { LaneRef } from "@tocsin/queue";

/**
 * What this process remembers of a destination's refusals. Nothing is lost with it: what was refused is refused once more,
 * and remembered again.
 */
export interface LaneMemory {
  /** Until when Discord refuses edits of old messages there: epoch milliseconds, 0 when it does not. */
  oldEditsRefusedUntil(lane: LaneRef): number;
  refuseOldEdits(lane: LaneRef, untilAt: number): void;
  /** Revisions that were refused for their form. */
  readonly strict: RevisionNotes;
  /** Revisions for whose edit an archived thread was to be opened. */
  readonly unarchived: RevisionNotes;
}

/** Notes of one kind, one revision a subject. */
export interface RevisionNotes {
  has(lane: LaneRef, subjectId: string, revision: number): boolean;
  add(lane: LaneRef, subjectId: string, revision: number): void;
}

/** Whoever was noted longest ago is forgotten first. */
const MAX_NOTE_COUNT = 10_000;

const keyOf = ({ organizationId, laneId }: LaneRef, ...rest: readonly string[]) =>
  JSON.stringify([organizationId, laneId, ...rest]);

function createRevisionNotes(): RevisionNotes {
  const revisions = new Map<string, number>();
  return {
    has: (lane, subjectId, revision) => revisions.get(keyOf(lane, subjectId)) === revision,
    add(lane, subjectId, revision) {
      const key = keyOf(lane, subjectId);
      revisions.delete(key);
      revisions.set(key, revision);
      const [oldest] = revisions.keys();
      if (revisions.size > MAX_NOTE_COUNT && oldest !== undefined) revisions.delete(oldest);
    },
  };
}

export function createLaneMemory(): LaneMemory {
  const refusedUntil = new Map<string, number>();
  return {
    oldEditsRefusedUntil: (lane) => refusedUntil.get(keyOf(lane)) ?? 0,
    refuseOldEdits(lane, untilAt) {
      refusedUntil.set(keyOf(lane), untilAt);
    },
    strict: createRevisionNotes(),
    unarchived: createRevisionNotes(),
  };
}
