import type { TocsinError } from "@tocsin/errors";
import type { Cluster, Redis } from "ioredis";
import type { LaneRef } from "../lane-ref.ts";
import type { LaneScheduler } from "../lane-scheduler.ts";

/** Whether wakes are shared over Redis at present, or why not. Without it, each process goes on by its own wakes, timers and probe. */
export type SharingState =
  | { readonly state: "available" }
  | { readonly state: "unavailable"; readonly error: TocsinError };

export interface BullmqSchedulerOptions {
  /**
   * Redis 6.2 or later: its URL, or an ioredis client (for TLS, Sentinel, Cluster). The client is a template: connections
   * of the scheduler's own are opened with its options (all but `keyPrefix`), one and two more for a run, and it is neither
   * used nor closed.
   */
  readonly redis: string | Redis | Cluster;
  /**
   * Every process with the same prefix shares wakes. All keys begin with `{prefix}:`, so that they are in one slot of a
   * Redis Cluster.
   *
   * @default "tocsin"
   */
  readonly prefix?: string;
  /** Asks the log for lanes that owe something: `DeliveryLog.dueLanes`. */
  readonly probe: (maxCount: number) => Promise<readonly LaneRef[]>;
  /**
   * Told of probes and drains that threw, and once for each outage of Redis, with code `QUEUE_REDIS_UNAVAILABLE`. The
   * scheduler goes on.
   */
  readonly onError: (error: unknown) => void;
  /**
   * Told whenever sharing begins or ceases to work, and of the first outcome. What it throws is dropped.
   *
   * @default nobody is told
   */
  readonly onStateChange?: (state: SharingState) => void;
  /** Epoch milliseconds. @default Date.now */
  readonly now?: () => number;
}

/**
 * Wakes lanes in this process, and in others over Redis what this one cannot start at once.
 *
 * `run` and the end of a run are as in any `LaneScheduler`; one run at a time. Before, after and without a run, every wake
 * goes to the other processes.
 */
export interface BullmqScheduler extends LaneScheduler {
  /** Ends the run, if there is one, and the connections. Ends within seconds of the last drain, whatever Redis does. */
  close(): Promise<void>;
}
