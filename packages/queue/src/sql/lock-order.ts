import type { Tx } from "@tocsin/store";
import { sql } from "kysely";
import type { CallContext } from "./context.ts";
import { withQueue } from "./tables.ts";

interface Key {
  readonly organizationId: string;
  readonly laneId: string;
  readonly subjectId: string;
}

/** The order of the bytes, which is Postgres' collation "C". */
const byBytes = (one: string, other: string): number =>
  one === other ? 0 : Buffer.compare(Buffer.from(one), Buffer.from(other));

/** The one order in which deliveries are locked, whoever locks several. */
export const byKey = (one: Key, other: Key): number =>
  byBytes(one.organizationId, other.organizationId) ||
  byBytes(one.laneId, other.laneId) ||
  byBytes(one.subjectId, other.subjectId);

/** Locks deliveries of one lane in that order, where writers run side by side. */
export async function lockDeliveries(
  tx: Tx,
  organizationId: string,
  deliveryIds: readonly string[],
  { locksRows }: CallContext,
): Promise<void> {
  if (!locksRows || deliveryIds.length < 2) return;
  await withQueue(tx)
    .selectFrom("deliveries")
    .select("delivery_id")
    .where("organization_id", "=", organizationId)
    .where("delivery_id", "in", deliveryIds)
    .orderBy(sql`subject_id collate "C"`)
    .forUpdate()
    .execute();
}
