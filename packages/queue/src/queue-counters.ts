import { type Meter, metrics } from "@opentelemetry/api";
import type { Outcome } from "@tocsin/alert/plugin";
import type { Settlement } from "./delivery-log.ts";

export const METER_NAME = "@tocsin/queue";

export interface QueueCounters {
  settled(outcome: Outcome<unknown>, settlement: Settlement): void;
  /** A seal, resume or replan that the fence refused. */
  fenced(): void;
}

/** Counts what the log decides. They are counted when they are decided: a transaction that is undone later counts too. */
export function createQueueCounters(meter: Meter = metrics.getMeter(METER_NAME)): QueueCounters {
  const settledCounter = meter.createCounter("tocsin.queue.settled", {
    description: "Answers recorded, by what became of the call",
    unit: "{call}",
  });
  const retryCounter = meter.createCounter("tocsin.queue.retries", {
    description: "Calls that will be made again, by the reason of the failure",
    unit: "{call}",
  });
  const fencedCounter = meter.createCounter("tocsin.queue.fenced", {
    description: "Writes refused because the lane has a newer lease",
    unit: "{write}",
  });
  return {
    settled(outcome, { kind }) {
      if (kind === "fenced") return fencedCounter.add(1);
      settledCounter.add(1, { "tocsin.settlement": kind });
      if ((kind === "reopened" || kind === "unknown") && outcome.kind !== "delivered") {
        retryCounter.add(1, { "tocsin.reason": outcome.reason });
      }
    },
    fenced: () => fencedCounter.add(1),
  };
}
