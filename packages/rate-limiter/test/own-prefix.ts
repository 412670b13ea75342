import { randomPrefix } from "@tocsin/testkit";
import { Redis } from "ioredis";
import { afterAll } from "vitest";

/** A prefix for keys in a Redis that others use too. What is below it goes when the tests are over. */
export function ownPrefix(url: string): string {
  const prefix = `${randomPrefix()}:`;
  afterAll(async () => {
    const client = new Redis(url);
    const keys = await client.keys(`${prefix}*`);
    if (keys.length > 0) await client.del(...keys);
    await client.quit();
  });
  return prefix;
}
