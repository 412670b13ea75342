import type { ExactTake, Verdict } from "./verdict.ts";

/**
 * What GCRA knows of a key. It is the generic cell rate algorithm in its other form, the leaky bucket as a meter
 * (ITU-T I.371, annex A): the bucket holds `limit · windowUs`, a unit pours `windowUs` into it, and every microsecond
 * `limit` drain out. The theoretical arrival time is `atUs + level / limit`; the level, unlike it, is always whole.
 */
export interface GcraState {
  level: number;
  /** When the level was this high. */
  atUs: number;
}

/** A key that was never used. */
export function startGcra(nowUs: number): GcraState {
  return { level: 0, atUs: nowUs };
}

/** Decides one take and brings `state` up to date. Depends on nothing but its arguments. */
export function takeGcra(state: GcraState, { limit, windowUs, cost, dryRun, nowUs }: ExactTake): Verdict {
  const behindUs = state.atUs - nowUs;
  const wasSetBack = behindUs > windowUs;
  // A clock that is a little behind is another process's, or was corrected: time stands still. Far behind, it was set back.
  const timeUs = behindUs > 0 && !wasSetBack ? state.atUs : nowUs;
  const capacity = limit * windowUs;
  const drained = Math.max(0, state.level - Math.max(0, timeUs - state.atUs) * limit);
  // A rule with a higher limit left more than this one's bucket holds.
  const overflows = drained > capacity;
  const level = overflows ? capacity : drained;
  const raised = level + cost * windowUs;
  const allowed = raised <= capacity;
  const taken = allowed && !dryRun;

  const levelAfter = taken ? raised : level;
  if (taken || wasSetBack || overflows) {
    state.level = levelAfter;
    state.atUs = timeUs;
  }
  const lagUs = timeUs - nowUs;
  return {
    allowed,
    remaining: Math.floor((capacity - levelAfter) / windowUs),
    retryAfterUs: allowed ? 0 : lagUs + Math.ceil((raised - capacity) / limit),
    resetAfterUs: levelAfter === 0 ? 0 : lagUs + Math.ceil(levelAfter / limit),
  };
}
