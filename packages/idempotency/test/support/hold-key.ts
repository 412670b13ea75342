import { once } from "node:events";
import { isTocsinError } from "@tocsin/errors";
import { createIdempotency } from "@tocsin/idempotency";
import { createRedisStore } from "@tocsin/idempotency/drivers/redis";
import { createSqlStore } from "@tocsin/idempotency/drivers/sql";
import { Redis } from "ioredis";
import { openPostgresDatabase } from "./postgres-harness.ts";

/**
 * A process whose work ends when its lease is lost, and which then says how that went. Its arguments are the driver, a URL, a
 * prefix or schema, and the lease in milliseconds.
 */
const [driver = "", url = "", place = "", leaseMs] = process.argv.slice(2);
const store =
  driver === "redis"
    ? createRedisStore({ redis: new Redis(url), prefix: place })
    : createSqlStore({ database: openPostgresDatabase(url, place) });

const result = await createIdempotency({ store }).runOnce(
  "key",
  { fingerprint: "payload", leaseMs: Number(leaseMs) },
  async ({ signal }) => {
    console.log("working");
    if (!signal.aborted) await once(signal, "abort");
    return "late";
  },
);
console.log(result.kind === "unkept" && isTocsinError(result.cause) ? result.cause.code : result.kind);
process.exit();
