import type { LaneRef } from "../lane-ref.ts";

/** A drain that a test holds, and what it saw. Lanes are named `organisation/lane`. */
export interface HeldDrains {
  /** The lanes in the order in which their drains began. */
  readonly started: readonly string[];
  readonly drain: (lane: LaneRef, signal: AbortSignal) => Promise<null>;
  countOf(name: string): number;
  runningCount(): number;
  /** Most drains that ran at the same time, and most of one lane. */
  peak(): { readonly together: number; readonly ofOneLane: number };
  /** Lets the running drain of the lane end. */
  finish(name: string): void;
}

const nameOf = ({ organizationId, laneId }: LaneRef): string => `${organizationId}/${laneId}`;

/** Each drain lasts until it is let go or told to take nothing new. */
export function createHeldDrains(): HeldDrains {
  const started: string[] = [];
  const running: { readonly name: string; readonly end: () => void }[] = [];
  const peak = { together: 0, ofOneLane: 0 };
  const runningOf = (name: string) => running.filter((each) => each.name === name);

  return {
    started,
    drain: (lane, signal) =>
      new Promise((resolve) => {
        const name = nameOf(lane);
        const entry = {
          name,
          end() {
            const index = running.indexOf(entry);
            if (index >= 0) running.splice(index, 1);
            resolve(null);
          },
        };
        started.push(name);
        running.push(entry);
        peak.together = Math.max(peak.together, running.length);
        peak.ofOneLane = Math.max(peak.ofOneLane, runningOf(name).length);
        signal.addEventListener("abort", entry.end, { once: true });
      }),
    countOf: (name) => started.filter((each) => each === name).length,
    runningCount: () => running.length,
    peak: () => peak,
    finish: (name) => runningOf(name)[0]?.end(),
  };
}
