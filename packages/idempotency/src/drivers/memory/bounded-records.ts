import { TocsinError } from "@tocsin/errors";

export interface MemoryRecord {
  readonly tokenId: string;
  readonly fingerprint: string;
  readonly leaseEndsAt: number;
  /** When nothing is known of the key any more. */
  readonly endsAt: number;
  /** The result as JSON, so that whoever gets it gets a copy of their own; `null` while there is none. */
  readonly text: string | null;
}

/** At most `maxCount` records by name. */
export interface BoundedRecords {
  readonly evictedCount: number;
  find(name: string, nowMs: number): MemoryRecord | undefined;
  /** Sets a record; a new name may take another one's place. Throws `IDEMPOTENCY_FULL` when there is none to take. */
  put(name: string, record: MemoryRecord, nowMs: number): void;
  remove(name: string): void;
}

export function createBoundedRecords(maxCount: number): BoundedRecords {
  const held = new Map<string, MemoryRecord>();
  /** In the order of completion. */
  const done = new Map<string, MemoryRecord>();
  let evictedCount = 0;
  /** No lease lapses before: tells full records that they need not look. */
  let nextLapseAt = Number.POSITIVE_INFINITY;

  function remove(name: string): void {
    held.delete(name);
    done.delete(name);
  }

  // One iterator for all: a new one steps over every hole that removed records have left at the front.
  let order = done.entries();
  let front: [string, MemoryRecord] | undefined;
  function oldestDone(): [string, MemoryRecord] | undefined {
    if (front !== undefined && done.get(front[0]) === front[1]) return front;
    let next = order.next();
    if (next.done) {
      order = done.entries();
      next = order.next();
    }
    front = next.value;
    return front;
  }

  function dropEnded(nowMs: number): void {
    for (let oldest = oldestDone(); oldest !== undefined; oldest = oldestDone()) {
      if (oldest[1].endsAt > nowMs) return;
      done.delete(oldest[0]);
    }
  }

  function dropLapsed(nowMs: number): void {
    if (nowMs < nextLapseAt) return;
    nextLapseAt = Number.POSITIVE_INFINITY;
    for (const [name, { leaseEndsAt }] of held) {
      if (leaseEndsAt <= nowMs) held.delete(name);
      else nextLapseAt = Math.min(nextLapseAt, leaseEndsAt);
    }
  }

  function makeRoom(nowMs: number): void {
    dropEnded(nowMs);
    if (held.size + done.size < maxCount) return;
    const oldest = oldestDone();
    if (oldest !== undefined) {
      done.delete(oldest[0]);
      evictedCount += 1;
      return;
    }
    dropLapsed(nowMs);
    if (held.size < maxCount) return;
    throw new TocsinError(`${maxCount} keys are being worked on, which is as many as this store takes`, {
      code: "IDEMPOTENCY_FULL",
      retryable: true,
    });
  }

  return {
    get evictedCount() {
      return evictedCount;
    },
    find(name, nowMs) {
      const record = done.get(name) ?? held.get(name);
      return record !== undefined && record.endsAt > nowMs ? record : undefined;
    },
    put(name, record, nowMs) {
      remove(name);
      makeRoom(nowMs);
      if (record.text !== null) return void done.set(name, record);
      held.set(name, record);
      nextLapseAt = Math.min(nextLapseAt, record.leaseEndsAt);
    },
    remove,
  };
}
