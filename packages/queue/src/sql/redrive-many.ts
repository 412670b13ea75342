import { TocsinError } from "@tocsin/errors";
import type { RedriveManyOptions, RedriveManyResult } from "../dead-letter.ts";
import type { LaneRef } from "../lane-ref.ts";
import type { CallContext } from "./context.ts";
import { matching } from "./dead-letters.ts";
import { redrive } from "./redrive.ts";
import { withQueue } from "./tables.ts";

/** Small enough that nobody waits noticeably behind one transaction. */
const BATCH_COUNT = 100;

/** Where the next call goes on. */
interface Progress {
  /** The last dead letter that was looked at. */
  readonly afterId: string;
  /** What died later than the first call is left alone. */
  readonly untilAt: number;
  /** The first free place in the row of due times. */
  readonly nextDueAt: number;
}

const toCursor = (progress: Progress): string => Buffer.from(JSON.stringify(progress)).toString("base64url");

function parseCursor(cursor: string): Progress {
  try {
    const { afterId, untilAt, nextDueAt } = JSON.parse(Buffer.from(cursor, "base64url").toString()) as Progress;
    if (typeof afterId === "string" && Number.isFinite(untilAt) && Number.isFinite(nextDueAt)) {
      return { afterId, untilAt, nextDueAt };
    }
  } catch {
    // Not one of ours: said below.
  }
  throw new TocsinError("the cursor of a redrive is not one that an earlier call gave", {
    code: "QUEUE_INVALID_OPTION",
  });
}

/** Redrives what a filter finds, in batches: see `DeliveryLog.redriveMany`. */
export async function redriveMany(
  organizationId: string,
  options: RedriveManyOptions,
  createContext: () => CallContext,
): Promise<RedriveManyResult> {
  const { perSecond, maxCount = 1_000, cursor, ...chosen } = options;
  if (!(perSecond > 0)) {
    throw new TocsinError(`a redrive needs a rate above 0 per second, got ${perSecond}`, {
      code: "QUEUE_INVALID_OPTION",
    });
  }
  const { nowMs } = createContext().moment;
  let progress = cursor === undefined ? { afterId: "", untilAt: nowMs, nextDueAt: nowMs } : parseCursor(cursor);
  progress = { ...progress, nextDueAt: Math.max(progress.nextDueAt, nowMs) };
  const lanes = new Map<string, LaneRef>();
  let redrivenCount = 0;
  let lookedAtCount = 0;
  for (;;) {
    const context = createContext();
    const limit = Math.min(BATCH_COUNT, maxCount - lookedAtCount);
    const deadLetterIds = await nextIds(context, { organizationId, filter: chosen, progress, limit });
    const lastId = deadLetterIds.at(-1);
    if (lastId !== undefined) {
      const { nextDueAt } = progress;
      const dueAtOf = (index: number) => nextDueAt + Math.floor((index * 1_000) / perSecond);
      const { redriven } = await context.store.write((tx) =>
        redrive(tx, { ...chosen, organizationId, deadLetterIds, dueAtOf }, context),
      );
      for (const { laneId } of redriven) lanes.set(laneId, { organizationId, laneId });
      redrivenCount += redriven.length;
      lookedAtCount += deadLetterIds.length;
      progress = { ...progress, afterId: lastId, nextDueAt: dueAtOf(redriven.length) };
    }
    const isEnd = deadLetterIds.length < limit;
    if (isEnd || lookedAtCount >= maxCount) {
      const skippedCount = lookedAtCount - redrivenCount;
      return { redrivenCount, skippedCount, lanes: [...lanes.values()], cursor: isEnd ? null : toCursor(progress) };
    }
  }
}

interface NextInput {
  readonly organizationId: string;
  readonly filter: Parameters<typeof matching>[1];
  readonly progress: Progress;
  readonly limit: number;
}

async function nextIds({ store }: CallContext, { organizationId, filter, progress, limit }: NextInput) {
  const rows = await withQueue(store.read)
    .selectFrom("dead_letters")
    .select("dead_letter_id")
    .where(matching(organizationId, filter))
    .where("dead_letter_id", ">", progress.afterId)
    .where("died_at", "<=", progress.untilAt)
    .orderBy("dead_letter_id")
    .limit(limit)
    .execute();
  return rows.map(({ dead_letter_id }) => dead_letter_id);
}
