import { openPostgresStore } from "@tocsin/store";
import { randomPrefix, runReadmeExample, sharedRedis, skipUnless } from "@tocsin/testkit";
import { Redis } from "ioredis";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { postgres } from "./open-postgres.ts";

const packageDirectory = `${import.meta.dirname}/..`;

test("the README's first example runs as it stands", async () => {
  const { stdout } = await runReadmeExample({ packageDirectory });
  expect(stdout).toBe("sending invoice-7\n0\n");
});

describe.skipIf(skipUnless(postgres.isReachable, "Postgres"))("on Postgres", () => {
  test("the README's example for many processes runs in any schema", async () => {
    const { url } = postgres;
    const schema = randomPrefix();
    const { stdout } = await runReadmeExample({
      packageDirectory,
      index: 1,
      env: { DATABASE_URL: url },
      adapt: (code) => code.replace("queue_example", schema),
    });
    expect(stdout).toBe("true null\n");
    const store = openPostgresStore({ url, migrations: [] });
    await store.write((tx) => sql`drop schema ${sql.id(schema)} cascade`.execute(tx));
    await store.close();
  });
});

test("the README's example for dead letters runs as it stands", async () => {
  const { stdout } = await runReadmeExample({ packageDirectory, index: 2 });
  expect(stdout).toBe("1 invalid-form { message: 'no such address' }\n1 0\n{ purgedCount: 0, isCutShort: false }\n");
});

const redis = await sharedRedis();
describe.skipIf(skipUnless(redis.isReachable, "Redis"))("over Redis", () => {
  test("the README's example wakes one scheduler from another, under any prefix", async () => {
    const prefix = randomPrefix();
    const { stdout } = await runReadmeExample({
      packageDirectory,
      index: 3,
      env: { REDIS_URL: redis.url },
      adapt: (code) => code.replace("queue-example", prefix),
    });
    expect(stdout).toBe("drained mail\n");
    const client = new Redis(redis.url);
    const keys = await client.keys(`{${prefix}}*`);
    if (keys.length > 0) await client.del(...keys);
    client.disconnect();
  });
});
