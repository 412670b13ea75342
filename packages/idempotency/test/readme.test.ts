import { runReadmeExample, sharedRedis, skipUnless } from "@tocsin/testkit";
import { expect, test } from "vitest";

const packageDirectory = `${import.meta.dirname}/..`;
const redis = await sharedRedis();

test("the README's first example runs as it stands, and prints what it says", async () => {
  const { stdout } = await runReadmeExample({ packageDirectory });
  expect(stdout).toBe(`placing bell
{ kind: 'ran', value: { orderId: 7 } }
{ kind: 'replayed', value: { orderId: 7 } }
{ kind: 'conflict' }
`);
});

test.skipIf(skipUnless(redis.isReachable, "Redis"))("the README's example for Redis runs as it stands", async () => {
  const { stdout } = await runReadmeExample({ packageDirectory, index: 1, env: { REDIS_URL: redis.url } });
  expect(stdout).toBe("true\n1\n");
});

test("the README's example for SQLite runs as it stands", async () => {
  const { stdout } = await runReadmeExample({ packageDirectory, index: 2 });
  expect(stdout).toBe("ran\nreplayed\n1\n");
});
