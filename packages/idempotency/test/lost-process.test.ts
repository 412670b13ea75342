import { fileURLToPath } from "node:url";
import { createIdempotency, type IdempotencyStore } from "@tocsin/idempotency";
import { createRedisStore } from "@tocsin/idempotency/drivers/redis";
import { createSqlStore } from "@tocsin/idempotency/drivers/sql";
import {
  randomPrefix,
  type StartedProcess,
  sharedPostgres,
  sharedRedis,
  skipUnless,
  startProcess,
  waitFor,
} from "@tocsin/testkit";
import { Redis } from "ioredis";
import { describe, expect, test } from "vitest";
import { createPostgresSchema } from "./support/postgres-harness.ts";
import { removeKeys } from "./support/redis-harness.ts";

/** Long enough for a slow machine to extend it in time. */
const LEASE_MS = 1_500;
const OPTIONS = { fingerprint: "payload", leaseMs: LEASE_MS };
const redis = await sharedRedis();
const postgres = await sharedPostgres();

/** Starts another process that works on the key, lets `end` happen to it, and runs the work here as soon as may be. */
async function anotherTakesOver(
  store: IdempotencyStore,
  args: readonly string[],
  end: (child: StartedProcess) => unknown,
): Promise<StartedProcess> {
  const { runOnce } = createIdempotency({ store });
  const child = startProcess({
    args: [fileURLToPath(import.meta.resolve("./support/hold-key.ts")), ...args, String(LEASE_MS)],
    readyPattern: /working/,
  });
  await child.ready;
  const meanwhile = await runOnce("key", OPTIONS, () => "beside it");
  expect(meanwhile.kind).toBe("in-flight");
  await end(child);
  const result = await waitFor(async () => {
    const answer = await runOnce("key", OPTIONS, () => "done by another");
    return answer.kind === "in-flight" ? null : answer;
  });
  expect(result).toEqual({ kind: "ran", value: "done by another" });
  return child;
}

async function survivesDeath(store: IdempotencyStore, args: readonly string[]): Promise<void> {
  await using child = await anotherTakesOver(store, args, ({ kill }) => kill("SIGKILL"));
  expect((await child.exited).signal).toBe("SIGKILL");
}

async function survivesSleep(store: IdempotencyStore, args: readonly string[]): Promise<void> {
  await using child = await anotherTakesOver(store, args, ({ pid }) => process.kill(pid, "SIGSTOP"));
  process.kill(child.pid, "SIGCONT");
  await child.exited;
  expect(child.output()).toBe("working\nIDEMPOTENCY_LEASE_LOST\n");
  const replayed = await createIdempotency({ store }).runOnce("key", OPTIONS, () => "again");
  expect(replayed).toEqual({ kind: "replayed", value: "done by another" });
}

describe.each([
  ["is killed inside the work: after its lease another one runs it", survivesDeath],
  ["is stopped for more than its lease: another one runs the work, and the late result is refused", survivesSleep],
])("a process that %s", (_, survives) => {
  test.skipIf(skipUnless(redis.isReachable, "Redis"))("on Redis", async () => {
    const client = new Redis(redis.url);
    const prefix = randomPrefix();
    try {
      await survives(createRedisStore({ redis: client, prefix }), ["redis", redis.url, prefix]);
    } finally {
      await removeKeys(client, prefix);
      client.disconnect();
    }
  });

  test.skipIf(skipUnless(postgres.isReachable, "Postgres"))("on Postgres", async () => {
    await using schema = await createPostgresSchema(postgres.url);
    await survives(createSqlStore({ database: schema.database }), ["postgres", postgres.url, schema.name]);
  });
});
