export { createRedisLimitDriver, type RedisLimitDriverOptions } from "../discord/redis/redis-limit-driver.ts";
export { createRedisDriver, type RedisDriverOptions } from "./redis-driver.ts";
export type { RedisClient } from "./redis-script.ts";
