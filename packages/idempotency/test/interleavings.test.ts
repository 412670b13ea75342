import type { IdempotencyHarness } from "@tocsin/idempotency/testing";
import { randomPrefix, sharedPostgres, sharedRedis, skipUnless } from "@tocsin/testkit";
import fc from "fast-check";
import { describe, test } from "vitest";
import { runSteps, steps } from "./support/interleavings.ts";
import { memoryHarness } from "./support/memory-harness.ts";
import { postgresHarness } from "./support/postgres-harness.ts";
import { redisHarness } from "./support/redis-harness.ts";
import { sqliteHarness } from "./support/sqlite-harness.ts";

const redis = await sharedRedis();
const postgres = await sharedPostgres();

async function holdsFor<Tx>(harness: IdempotencyHarness<Tx>, runCount: number): Promise<void> {
  await using subject = await harness.create();
  let elapsedMs = 0;
  const isServer = harness.capabilities.clock === "server";
  const tracked = {
    ...subject,
    async advance(ms: number) {
      elapsedMs += ms;
      await subject.advance(ms);
    },
  };
  const now = isServer ? () => performance.now() : () => elapsedMs;
  await fc.assert(
    fc.asyncProperty(steps, (todo) =>
      runSteps({ subject: tracked, capabilities: harness.capabilities, scope: randomPrefix(), now }, todo),
    ),
    { numRuns: runCount },
  );
}

describe("for any interleaving of starts, results, extensions, failures, crashes and time, every answer is the model's:", () => {
  test("memory", () => holdsFor(memoryHarness, 400));

  test("sqlite", () => holdsFor(sqliteHarness, 150));

  test.skipIf(skipUnless(redis.isReachable, "Redis"))("redis", () => holdsFor(redisHarness, 30));

  test.skipIf(skipUnless(postgres.isReachable, "Postgres"))("postgres", () => holdsFor(postgresHarness, 30));
});
