import { idempotencyMigrations } from "@tocsin/idempotency/drivers/sql";
import { queueMigrations } from "@tocsin/queue";
import type { MigrationSet } from "@tocsin/store";
import { type SqlBool, sql } from "kysely";

const recordMigrations: MigrationSet = {
  name: "engine",
  migrations: {
    "0001-records": {
      async up(db) {
        await db.schema
          .createTable("alerts")
          .addColumn("organization_id", "text", (column) => column.notNull())
          .addColumn("alert_id", "text", (column) => column.notNull())
          .addColumn("revision", "bigint", (column) => column.notNull())
          .addColumn("status", "text", (column) => column.notNull())
          .addColumn("severity", "text", (column) => column.notNull())
          .addColumn("monitor_id", "text")
          .addColumn("dedup_key", "text")
          .addColumn("alert", "text", (column) => column.notNull())
          .addColumn("created_at", "bigint", (column) => column.notNull())
          .addColumn("updated_at", "bigint", (column) => column.notNull())
          .addColumn("resolved_at", "bigint")
          .addPrimaryKeyConstraint("alerts_pk", ["organization_id", "alert_id"])
          .execute();
        // Only rows that have a key: most alerts have none, and an index entry each would be paid on every accept.
        await db.schema
          .createIndex("alerts_active_dedup_key")
          .unique()
          .on("alerts")
          .columns(["organization_id", "dedup_key"])
          .where(sql<SqlBool>`dedup_key is not null and status = 'active'`)
          .execute();
        await db.schema
          .createIndex("alerts_dedup_key")
          .on("alerts")
          .columns(["organization_id", "dedup_key", "alert_id"])
          .where(sql<SqlBool>`dedup_key is not null`)
          .execute();
        await db.schema
          .createIndex("alerts_active_monitor")
          .on("alerts")
          .columns(["organization_id", "monitor_id", "alert_id"])
          .where(sql<SqlBool>`monitor_id is not null and status = 'active'`)
          .execute();
        await db.schema
          .createIndex("alerts_status")
          .on("alerts")
          .columns(["organization_id", "status", "alert_id"])
          .execute();
        await db.schema
          .createTable("messages")
          .addColumn("organization_id", "text", (column) => column.notNull())
          .addColumn("lane_id", "text", (column) => column.notNull())
          .addColumn("subject_id", "text", (column) => column.notNull())
          .addColumn("revision", "bigint", (column) => column.notNull())
          .addColumn("channel_id", "text", (column) => column.notNull())
          .addColumn("message_id", "text", (column) => column.notNull())
          .addColumn("thread_id", "text")
          .addColumn("sent_at", "bigint", (column) => column.notNull())
          .addColumn("possible_duplicate_count", "integer", (column) => column.notNull())
          .addPrimaryKeyConstraint("messages_pk", ["organization_id", "subject_id", "lane_id"])
          .execute();
        await db.schema
          .createTable("api_keys")
          .addColumn("organization_id", "text", (column) => column.notNull())
          .addColumn("key_id", "text", (column) => column.notNull().unique())
          .addColumn("secret_sha256", "text", (column) => column.notNull())
          .addColumn("scopes", "text", (column) => column.notNull())
          .addColumn("created_at", "bigint", (column) => column.notNull())
          .addPrimaryKeyConstraint("api_keys_pk", ["organization_id", "key_id"])
          .execute();
      },
    },
    "0002-threads-and-shared-messages": {
      async up(db) {
        const { schema } = db;
        const messages = () => schema.alterTable("messages");
        await messages()
          .addColumn("posted_at", "bigint", (column) => column.notNull().defaultTo(0))
          .execute();
        await sql`update messages set posted_at = sent_at`.execute(db);
        await messages()
          .addColumn("face", "text", (column) => column.notNull().defaultTo("alert"))
          .execute();
        await messages()
          .addColumn("position", "integer", (column) => column.notNull().defaultTo(0))
          .execute();
        await messages()
          .addColumn("member_count", "integer", (column) => column.notNull().defaultTo(1))
          .execute();
        // What was told before is not known: null stands for whatever is true now.
        await messages().addColumn("told_severity", "text").execute();
        await messages()
          .addColumn("told_status", "text", (column) => column.notNull().defaultTo("active"))
          .execute();
        await messages().addColumn("own_thread_id", "text").execute();
        // Messages of before get no threads now.
        await messages()
          .addColumn("thread_state", "text", (column) => column.notNull().defaultTo("refused"))
          .execute();
        await messages().addColumn("thread_tags", "text").execute();
        await schema
          .createIndex("messages_message")
          .on("messages")
          .columns(["organization_id", "message_id"])
          .execute();
      },
    },
  },
};

/** All tables that the engine works on, with those of the queue and of the idempotency keys. Hand it to whoever opens the store. */
export const engineMigrations: readonly MigrationSet[] = [queueMigrations, idempotencyMigrations, recordMigrations];
