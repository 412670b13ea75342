import { randomPrefix, runReadmeExample, sharedRedis, skipUnless } from "@tocsin/testkit";
import { Redis } from "ioredis";
import { expect, test } from "vitest";

const packageDirectory = `${import.meta.dirname}/..`;
const redis = await sharedRedis();

test("the README's first example prints what it says", async () => {
  const { stdout } = await runReadmeExample({ packageDirectory });
  expect(stdout).toBe("1 welcome, 1 left\n2 welcome, 0 left\n3 come back in 30 s\n");
});

test.skipIf(skipUnless(redis.isReachable, "Redis"))(
  "the README's example with Redis lets the limit through",
  async () => {
    const prefix = `${randomPrefix()}:`;
    const { stdout } = await runReadmeExample({
      packageDirectory,
      index: 1,
      env: { REDIS_URL: redis.url },
      adapt: (code) => code.replace('"my-app:"', JSON.stringify(prefix)),
    });
    expect(stdout).toBe("5 of 8\n");
    const client = new Redis(redis.url);
    // The very keys that the example wrote, under the prefix that was put in.
    expect(await client.del(`${prefix}sliding-window:default:user-17`)).toBe(1);
    await client.quit();
  },
);

test("the README's example with Fastify answers as it says", async () => {
  const { stdout } = await runReadmeExample({ packageDirectory, index: 2 });
  expect(stdout).toBe(
    '429 60 "api";r=0;t=60\n{"error":{"code":"rate_limit","message":"Too many requests. Try again in 60 s."}}\n',
  );
});
