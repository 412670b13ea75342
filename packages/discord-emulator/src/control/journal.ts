import type { LimitScope } from "../limits/limiter.ts";

const KEPT_COUNT = 1000;

/** One finished request. `status` is null when the connection was cut without an answer. */
export interface RequestRecord {
  readonly method: string;
  /** Without tokens. */
  readonly path: string;
  readonly status: number | null;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly duration_ms: number;
  /** Start of the body, without secrets of known shape. */
  readonly body_excerpt?: string;
}

/** Counts since the start of the process, and the last requests. Memory is bounded. */
export interface Journal {
  note(record: RequestRecord, scope: LimitScope | undefined): void;
  noteMessage(): void;
  /** A write is stored, but its caller cannot know. */
  noteLostAnswer(messageIds: readonly string[]): void;
  /** Newest first. */
  requests(): RequestRecord[];
  counts(): {
    readonly requests: number;
    readonly by_status: Readonly<Record<string, number>>;
    readonly rate_limited: Readonly<Record<LimitScope, number>>;
    readonly messages_created: number;
    readonly lost_answers: { readonly count: number; readonly message_ids: readonly string[] };
  };
}

export function createJournal(): Journal {
  const records: RequestRecord[] = [];
  const byStatus: Record<string, number> = {};
  const rateLimited = { user: 0, shared: 0, global: 0 };
  const lostIds: string[] = [];
  let requestCount = 0;
  let messageCount = 0;
  let lostCount = 0;

  return {
    note(record, scope) {
      requestCount += 1;
      const status = record.status === null ? "reset" : String(record.status);
      byStatus[status] = (byStatus[status] ?? 0) + 1;
      if (scope) rateLimited[scope] += 1;
      records.push(record);
      if (records.length > KEPT_COUNT) records.shift();
    },
    noteMessage() {
      messageCount += 1;
    },
    noteLostAnswer(messageIds) {
      lostCount += 1;
      lostIds.push(...messageIds);
      lostIds.splice(0, Math.max(0, lostIds.length - KEPT_COUNT));
    },
    requests: () => [...records].reverse(),
    counts: () => ({
      requests: requestCount,
      by_status: { ...byStatus },
      rate_limited: { ...rateLimited },
      messages_created: messageCount,
      lost_answers: { count: lostCount, message_ids: [...lostIds] },
    }),
  };
}
