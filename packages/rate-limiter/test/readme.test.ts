import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
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

test("the README's example with Discord gets all messages through, within the limit", async () => {
  // Three at once, and one more each 100 ms, told as Discord tells it.
  let fullAt = 0;
  const server = createServer((_request, response) => {
    const now = performance.now();
    const next = Math.max(fullAt, now) + 100;
    const isAllowed = next - now <= 300;
    if (isAllowed) fullAt = next;
    response.writeHead(isAllowed ? 200 : 429, {
      "x-ratelimit-bucket": "hash",
      "x-ratelimit-limit": "3",
      "x-ratelimit-remaining": String(Math.floor((now + 300 - fullAt) / 100)),
      "x-ratelimit-reset-after": (Math.ceil(fullAt - now) / 1_000).toFixed(3),
      "retry-after": "1",
    });
    response.end("{}");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const { port } = server.address() as AddressInfo;
    const env = { DISCORD_API_URL: `http://127.0.0.1:${port}` };
    const { stdout } = await runReadmeExample({ packageDirectory, index: 3, env });
    expect(stdout).toBe(`${Array.from({ length: 8 }, () => "200").join(" ")}\n`);
  } finally {
    server.close();
  }
});
