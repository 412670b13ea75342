import type { Store, Tx } from "@tocsin/store";
import type { PurgeOptions, PurgeResult, PurgeSelection } from "../dead-letter.ts";
import { matching } from "./dead-letters.ts";
import { withQueue } from "./tables.ts";

/** Small enough that nobody waits noticeably behind one transaction. */
const BATCH_COUNT = 500;

/** Throws dead letters away, in batches: see `DeliveryLog.purge`. */
export async function purge(
  { store, locksRows }: { readonly store: Store; readonly locksRows: boolean },
  organizationId: string,
  selection: PurgeSelection,
  { maxCount = 10_000 }: PurgeOptions,
): Promise<PurgeResult> {
  if ("deadLetterIds" in selection) {
    const ids = selection.deadLetterIds.slice(0, maxCount);
    let purgedCount = 0;
    for (let start = 0; start < ids.length; start += BATCH_COUNT) {
      const batch = ids.slice(start, start + BATCH_COUNT);
      purgedCount += await store.write((tx) => remove(tx, organizationId, batch));
    }
    return { purgedCount, isCutShort: ids.length < selection.deadLetterIds.length };
  }
  const { diedBefore, ...filter } = selection;
  for (let purgedCount = 0; ; ) {
    const limit = Math.min(BATCH_COUNT, maxCount - purgedCount);
    const count = await store.write(async (tx) => {
      const rows = await withQueue(tx)
        .selectFrom("dead_letters")
        .select("dead_letter_id")
        .where(matching(organizationId, filter))
        .where("died_at", "<", diedBefore)
        .orderBy("died_at")
        .limit(limit)
        // What is being redriven at this moment is not to be thrown away.
        .$if(locksRows, (query) => query.forUpdate().skipLocked())
        .execute();
      return remove(
        tx,
        organizationId,
        rows.map(({ dead_letter_id }) => dead_letter_id),
      );
    });
    purgedCount += count;
    if (count < limit) return { purgedCount, isCutShort: false };
    if (purgedCount >= maxCount) return { purgedCount, isCutShort: true };
  }
}

async function remove(tx: Tx, organizationId: string, deadLetterIds: readonly string[]): Promise<number> {
  if (deadLetterIds.length === 0) return 0;
  const removed = await withQueue(tx)
    .deleteFrom("dead_letters")
    .where("organization_id", "=", organizationId)
    .where("dead_letter_id", "in", deadLetterIds)
    .returning("dead_letter_id")
    .execute();
  return removed.length;
}
