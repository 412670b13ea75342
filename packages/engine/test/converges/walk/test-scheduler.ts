import type { Drain, LaneRef, LaneScheduler } from "@tocsin/queue";
import type { SchedulerContext } from "../../../src/index.ts";

/** A scheduler that works only when it is told to. */
export interface TestScheduler {
  readonly create: (context: SchedulerContext) => LaneScheduler;
  /** Lanes that owe something now. */
  probe(): Promise<readonly LaneRef[]>;
  drain(lane: LaneRef): Promise<number | null>;
}

const MAX_LANE_COUNT = 100;

export function createTestScheduler(): TestScheduler {
  let probe: SchedulerContext["probe"] = async () => [];
  let drain: Drain = async () => null;
  const closing = new AbortController();
  return {
    create(context) {
      probe = context.probe;
      return {
        wake() {},
        run(given) {
          drain = given;
          return { close: async () => closing.abort() };
        },
      };
    },
    probe: () => probe(MAX_LANE_COUNT),
    drain: (lane) => drain(lane, closing.signal),
  };
}
