import { Queue } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import type { LaneRef } from "../lane-ref.ts";
import type { Outage } from "./outage.ts";
import { createPlaces } from "./places.ts";
import { JOB_NAME, jobOptions, nameOf, QUEUE_NAME, queueOptions, writeLane } from "./wake-queue.ts";

/** Lanes in one round trip. */
const BATCH_COUNT = 500;
/** How often it is tried whether Redis takes offers again. */
const RETRY_MS = 1_000;
/** Redis trims the stream of events, which nobody reads here, to about this many. */
const MAX_EVENT_COUNT = 100;

/** Gives wakes to whichever process is free first. */
export interface Offers {
  /** Offers a lane soon. False: nobody was told, since Redis is away or takes nothing. */
  add(lane: LaneRef): boolean;
  /** Offers what waits, and nothing more. */
  close(): Promise<void>;
}

export interface OffersOptions {
  readonly client: Redis | Cluster;
  readonly prefix: string;
  readonly outage: Outage;
  readonly now: () => number;
  /** Told of lanes that `add` took and nobody was told of. */
  readonly onLost: (lane: LaneRef) => void;
}

/** Wakes of one lane become one while an earlier batch is under way, so there is one command at most for a lane in a round trip. */
export function createOffers({ client, prefix, outage, now, onLost }: OffersOptions): Offers {
  const queue = new Queue(QUEUE_NAME, {
    ...queueOptions(prefix),
    connection: client,
    streams: { events: { maxLen: MAX_EVENT_COUNT } },
  });
  // It repeats what the connection says.
  queue.on("error", () => {});
  const places = createPlaces(now);
  const waiting = new Map<string, LaneRef>();
  let flushing: Promise<void> | null = null;
  let retryTimer: NodeJS.Timeout | null = null;
  let isClosed = false;

  const offer = (lanes: readonly LaneRef[]) =>
    queue.addBulk(
      lanes.map((lane) => ({
        name: JOB_NAME,
        data: writeLane(lane),
        opts: jobOptions(lane, places.next(lane.organizationId)),
      })),
    );

  /** A lane of the batch is tried again until it goes through: it may be the last wake for long, and somebody waits for the state. */
  function retry(lane: LaneRef): void {
    if (isClosed) return;
    retryTimer = setTimeout(async () => {
      try {
        await offer([lane]);
        retryTimer = null;
        outage.recovered("offering");
      } catch (error) {
        outage.failed("offering", error);
        retry(lane);
      }
    }, RETRY_MS);
  }

  async function flush(): Promise<void> {
    // Wakes that are made in one go are one batch.
    await null;
    while (waiting.size > 0) {
      const batch = [...waiting.entries()].slice(0, BATCH_COUNT);
      for (const [name] of batch) waiting.delete(name);
      const lanes = batch.map(([, lane]) => lane);
      try {
        await offer(lanes);
      } catch (error) {
        outage.failed("offering", error);
        if (retryTimer === null) retry(lanes[0] as LaneRef);
        for (const lane of [...lanes, ...waiting.values()]) onLost(lane);
        waiting.clear();
      }
    }
    flushing = null;
  }

  return {
    add(lane) {
      if (isClosed || retryTimer !== null || client.status !== "ready") return false;
      waiting.set(nameOf(lane), lane);
      flushing ??= flush();
      return true;
    },
    async close() {
      isClosed = true;
      if (retryTimer !== null) clearTimeout(retryTimer);
      await flushing;
      await queue.close();
    },
  };
}
