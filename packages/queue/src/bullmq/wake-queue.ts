import type { JobsOptions, QueueOptions } from "bullmq";
import type { LaneRef } from "../lane-ref.ts";

/** The one queue of a prefix. */
export const QUEUE_NAME = "wakes";
export const JOB_NAME = "wake";
/** How long an idle worker waits in one command. A wake ends the wait at once. */
export const WAIT_SECONDS = 1;

/** What producer and consumer have in common. */
export const queueOptions = (prefix: string) =>
  ({
    // The braces put all keys into one slot of a Redis Cluster, as BullMQ's scripts require.
    prefix: `{${prefix}}`,
    // It would ask Redis once more at start, and be unusable for good if just that answer got lost.
    skipVersionCheck: true,
  }) satisfies Omit<QueueOptions, "connection">;

/** Two lanes never have the same name, whatever their ids contain. */
export const nameOf = ({ organizationId, laneId }: LaneRef): string => JSON.stringify([organizationId, laneId]);

/**
 * A wake that finds its lane's job waiting is one with it. One that finds it active is kept, and becomes the next job when
 * that one ends: a fixed job id would lose it. Lower priorities go first.
 *
 * @see https://docs.bullmq.io/guide/jobs/deduplication
 */
export const jobOptions = (lane: LaneRef, priority: number): JobsOptions => ({
  deduplication: { id: nameOf(lane), keepLastIfActive: true },
  priority,
  attempts: 1,
  removeOnComplete: true,
  removeOnFail: true,
});

export const writeLane = ({ organizationId, laneId }: LaneRef): LaneRef => ({ organizationId, laneId });

/** The lane of a job, or `null` for a job of somebody else's. */
export function readLane(data: unknown): LaneRef | null {
  if (typeof data !== "object" || data === null) return null;
  const { organizationId, laneId } = data as Partial<Record<keyof LaneRef, unknown>>;
  return typeof organizationId === "string" && typeof laneId === "string" ? { organizationId, laneId } : null;
}
