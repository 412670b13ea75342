import type { Cluster, Redis } from "ioredis";
import type { RedisClient } from "./redis-script.ts";

/** The clients of ioredis can be handed in as they are. */
export const takesRedis = (client: Redis): RedisClient => client;
export const takesCluster = (client: Cluster): RedisClient => client;
