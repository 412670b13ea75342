import type { Debt, DeliveryLog } from "@tocsin/queue";
import type { Store } from "@tocsin/store";
import { sql } from "kysely";

/** Rows in one commit: enough to be quick, few enough to keep the write-ahead log short. */
const CHUNK_COUNT = 50_000;

/**
 * Owes `debt`, and then `count - 1` times the same for other subjects by SQL alone, since a million calls would take minutes.
 * Those sort before every delivery that is owed today.
 */
export async function fillBacklog(
  store: Store,
  log: DeliveryLog,
  debt: Omit<Debt, "subjectId">,
  count: number,
): Promise<void> {
  const template = `template-${debt.laneId}-${debt.priority}`;
  await store.write((tx) => log.owe(tx, [{ ...debt, subjectId: template }]));
  const columns = await columnsOfDeliveries(store);
  const copied = columns.map((column) => {
    if (column === "delivery_id") return sql`'00' || substr(cast(1000000000 + n as text), 2) || subject_id`;
    if (column === "subject_id") return sql`cast(n as text) || '-' || subject_id`;
    return sql.ref(column);
  });
  for (let start = 1; start < count; start += CHUNK_COUNT) {
    const end = Math.min(start + CHUNK_COUNT, count) - 1;
    await store.write((tx) =>
      sql`with recursive numbers(n) as (
          select cast(${start} as integer) union all select n + 1 from numbers where n < cast(${end} as integer)
        )
        insert into deliveries (${sql.join(columns.map((column) => sql.ref(column)))})
        select ${sql.join(copied)} from numbers cross join deliveries where subject_id = ${template}`.execute(tx),
    );
  }
}

async function columnsOfDeliveries(store: Store): Promise<readonly string[]> {
  const { rows } = await sql<Record<string, unknown>>`select * from deliveries limit 1`.execute(store.read);
  return Object.keys(rows[0] ?? {});
}
