import type { Database } from "@tocsin/store";
import { sql } from "kysely";
import type { QueueDepth } from "../delivery-log.ts";
import type { CallContext } from "./context.ts";
import { ONLY_BY_TIME } from "./tables.ts";

/** Counts stop here, so that nobody who looks reads the whole backlog. */
const MAX_COUNTED = sql.lit(10_000);

/**
 * How much of each priority is open, and since when. Steps through an index from one priority to the next. The range
 * and the order keep Postgres, while it has no statistics, from collecting all rows of a priority before it counts some.
 */
async function openByPriority(db: Database): Promise<QueueDepth["open"]> {
  const { rows } = await sql<QueueDepth["open"][number]>`
    with recursive priorities(priority) as (
      select min(priority) from deliveries where ${ONLY_BY_TIME}
      union all
      select (
        select min(later.priority) from deliveries as later
        where later.priority > priorities.priority and ${ONLY_BY_TIME}
      )
      from priorities where priorities.priority is not null
    )
    select priority,
      (select count(*) from (
        select priority from deliveries where deliveries.priority >= priorities.priority and ${ONLY_BY_TIME}
        order by priority, created_at limit ${MAX_COUNTED}
      ) as first where first.priority = priorities.priority) as "count",
      (
        select min(created_at) from deliveries where deliveries.priority = priorities.priority and ${ONLY_BY_TIME}
      ) as "oldestCreatedAt"
    from priorities where priority is not null order by priority`.execute(db);
  return rows;
}

async function countUpTo(query: ReturnType<typeof sql>, db: Database): Promise<number> {
  const { rows } = await sql<{ readonly count: number }>`
    select count(*) as "count" from (${query} limit ${MAX_COUNTED}) as counted`.execute(db);
  return rows[0]?.count ?? 0;
}

/** What waits: see `DeliveryLog.depth`. */
export async function queueDepth({ store, moment }: CallContext): Promise<QueueDepth> {
  const db = store.read;
  const isPaused = sql`paused_until > ${moment.stored} and not ${moment.wentBackSince(sql`paused_at`)}`;
  const [open, deadLetterCount, pausedLaneCount] = await Promise.all([
    openByPriority(db),
    countUpTo(sql`select 1 from dead_letters`, db),
    countUpTo(sql`select 1 from lanes where ${isPaused}`, db),
  ]);
  return { open, deadLetterCount, pausedLaneCount };
}
