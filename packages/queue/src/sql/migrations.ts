import type { MigrationSet } from "@tocsin/store";
import { type Kysely, PostgresAdapter, sql } from "kysely";
import { ONLY_BY_TIME } from "./tables.ts";

/** The queue's tables. Hand it to whoever opens the store. */
export const queueMigrations: MigrationSet = {
  name: "queue",
  migrations: {
    "0001-delivery-log": {
      async up(db) {
        await db.schema
          .createTable("deliveries")
          .addColumn("organization_id", "text", (column) => column.notNull())
          .addColumn("delivery_id", "text", (column) => column.notNull())
          .addColumn("lane_id", "text", (column) => column.notNull())
          .addColumn("subject_id", "text", (column) => column.notNull())
          .addColumn("revision", "bigint", (column) => column.notNull())
          .addColumn("priority", "integer", (column) => column.notNull())
          .addColumn("due_at", "bigint", (column) => column.notNull())
          .addColumn("due_set_at", "bigint", (column) => column.notNull())
          .addColumn("attempt_count", "integer", (column) => column.notNull())
          .addColumn("traceparent", "text")
          .addColumn("created_at", "bigint", (column) => column.notNull())
          .addColumn("failing_since", "bigint")
          .addColumn("send_id", "text")
          .addColumn("sealed_revision", "bigint")
          .addPrimaryKeyConstraint("deliveries_pk", ["organization_id", "delivery_id"])
          .addUniqueConstraint("deliveries_one_open", ["organization_id", "subject_id", "lane_id"])
          .execute();
        // For the probe and for "when next": the earliest of each lane.
        await db.schema
          .createIndex("deliveries_due")
          .on("deliveries")
          .columns(["organization_id", "lane_id", "due_at"])
          .where(ONLY_BY_TIME)
          .execute();
        // For a drainer: what to take first.
        await db.schema
          .createIndex("deliveries_order")
          .on("deliveries")
          .columns(["organization_id", "lane_id", "priority desc", "delivery_id"])
          .where(sql.ref("send_id"), "is", null)
          .execute();
        await db.schema
          .createIndex("deliveries_send")
          .on("deliveries")
          .columns(["organization_id", "send_id"])
          .where(sql.ref("send_id"), "is not", null)
          .execute();
        // For finding out whether the clock was set back: the newest of each lane.
        await db.schema
          .createIndex("deliveries_due_set")
          .on("deliveries")
          .columns(["organization_id", "lane_id", "due_set_at"])
          .where(ONLY_BY_TIME)
          .execute();
        // For the metrics: how many of each priority, and the oldest.
        await db.schema
          .createIndex("deliveries_age")
          .on("deliveries")
          .columns(["priority", "created_at"])
          .where(ONLY_BY_TIME)
          .execute();
        await db.schema
          .createTable("sends")
          .addColumn("organization_id", "text", (column) => column.notNull())
          .addColumn("send_id", "text", (column) => column.notNull())
          .addColumn("lane_id", "text", (column) => column.notNull())
          .addColumn("operation", "text", (column) => column.notNull())
          .addColumn("attempt_count", "integer", (column) => column.notNull())
          .addColumn("lost_answer_count", "integer", (column) => column.notNull())
          .addColumn("is_answered", "integer", (column) => column.notNull())
          .addColumn("due_at", "bigint", (column) => column.notNull())
          .addColumn("due_set_at", "bigint", (column) => column.notNull())
          .addColumn("traceparent", "text")
          .addColumn("sealed_at", "bigint", (column) => column.notNull())
          .addPrimaryKeyConstraint("sends_pk", ["organization_id", "send_id"])
          .execute();
        await db.schema
          .createIndex("sends_due")
          .on("sends")
          .columns(["organization_id", "lane_id", "due_at"])
          .execute();
        await db.schema
          .createTable("lanes")
          .addColumn("organization_id", "text", (column) => column.notNull())
          .addColumn("lane_id", "text", (column) => column.notNull())
          .addColumn("owner", "text", (column) => column.notNull())
          .addColumn("fence", "bigint", (column) => column.notNull())
          .addColumn("leased_at", "bigint", (column) => column.notNull())
          .addColumn("expires_at", "bigint", (column) => column.notNull())
          .addColumn("paused_at", "bigint", (column) => column.notNull())
          .addColumn("paused_until", "bigint", (column) => column.notNull())
          .addColumn("failure_count", "integer", (column) => column.notNull())
          .addPrimaryKeyConstraint("lanes_pk", ["organization_id", "lane_id"])
          .execute();
        await db.schema
          .createTable("dead_letters")
          .addColumn("organization_id", "text", (column) => column.notNull())
          .addColumn("dead_letter_id", "text", (column) => column.notNull())
          .addColumn("delivery_id", "text", (column) => column.notNull())
          .addColumn("lane_id", "text", (column) => column.notNull())
          .addColumn("subject_id", "text", (column) => column.notNull())
          .addColumn("revision", "bigint", (column) => column.notNull())
          .addColumn("priority", "integer", (column) => column.notNull())
          .addColumn("reason", "text", (column) => column.notNull())
          .addColumn("details", "text", (column) => column.notNull())
          .addColumn("may_be_delivered", "integer", (column) => column.notNull())
          .addColumn("operation", "text", (column) => column.notNull())
          .addColumn("attempt_count", "integer", (column) => column.notNull())
          .addColumn("traceparent", "text")
          .addColumn("created_at", "bigint", (column) => column.notNull())
          .addColumn("died_at", "bigint", (column) => column.notNull())
          .addPrimaryKeyConstraint("dead_letters_pk", ["organization_id", "dead_letter_id"])
          .execute();
        await db.schema
          .createIndex("dead_letters_subject")
          .on("dead_letters")
          .columns(["organization_id", "subject_id", "dead_letter_id"])
          .execute();
        await db.schema
          .createIndex("dead_letters_lane")
          .on("dead_letters")
          .columns(["organization_id", "lane_id", "dead_letter_id"])
          .execute();
        await db.schema
          .createIndex("dead_letters_delivery")
          .on("dead_letters")
          .columns(["organization_id", "delivery_id"])
          .execute();
        await db.schema
          .createIndex("dead_letters_died")
          .on("dead_letters")
          .columns(["organization_id", "died_at"])
          .execute();
        if (db.getExecutor().adapter instanceof PostgresAdapter) await adviseStatistics(db);
      },
    },
  },
};

/**
 * Tells Postgres that any organisation and any lane may have all the rows. What it finds out by itself it finds out of an
 * almost empty queue, in which each value is the only one of its kind: until it looks again, a minute or so into a burst,
 * every index that begins with the organisation would seem to lead to a single row, and one that reads them all is taken.
 * https://www.postgresql.org/docs/current/sql-altertable.html (attribute options)
 */
async function adviseStatistics(db: Kysely<unknown>): Promise<void> {
  for (const table of ["deliveries", "sends", "dead_letters"]) {
    await sql`alter table ${sql.table(table)}
      alter column organization_id set (n_distinct = 1),
      alter column lane_id set (n_distinct = 1)`.execute(db);
  }
}
