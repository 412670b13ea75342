import { type Cluster, Redis, type RedisOptions } from "ioredis";
import type { Outage } from "./outage.ts";
import { WAIT_SECONDS } from "./wake-queue.ts";

const MAX_RECONNECT_MS = 2_000;
/** A Redis that is silent for this long counts as gone, and is connected to anew. */
const SILENCE_MS = 2_000;

const retryStrategy = (attemptCount: number): number => Math.min(attemptCount * 100, MAX_RECONNECT_MS);

interface ConnectionKind {
  /** Whether commands wait while there is no connection. */
  readonly enableOfflineQueue: boolean;
  readonly node: Pick<RedisOptions, "maxRetriesPerRequest" | "socketTimeout">;
}

/** For giving wakes away: a command fails at once while Redis is away, and soon when it goes away or is silent. */
const OFFERING: ConnectionKind = {
  enableOfflineQueue: false,
  node: { maxRetriesPerRequest: 0, socketTimeout: SILENCE_MS },
};

/** For taking wakes: commands wait until Redis is back, since there is nothing else to do. BullMQ insists on it. */
const TAKING: ConnectionKind = {
  enableOfflineQueue: true,
  // An idle worker's wait is silent, too.
  node: { maxRetriesPerRequest: null, socketTimeout: WAIT_SECONDS * 1_000 + SILENCE_MS },
};

function open(template: string | Redis | Cluster, { enableOfflineQueue, node }: ConnectionKind): Redis | Cluster {
  // BullMQ refuses a client that has a key prefix.
  const common = { enableOfflineQueue, lazyConnect: false, keyPrefix: "" };
  if (typeof template === "string") return new Redis(template, { ...common, retryStrategy, ...node });
  if (!("nodes" in template)) return template.duplicate({ ...common, retryStrategy, ...node });
  return template.duplicate([], { ...common, clusterRetryStrategy: retryStrategy, redisOptions: node });
}

/** The connection whose state stands for all of them. It reconnects until it is disconnected. */
export function connectForOffering(template: string | Redis | Cluster, outage: Outage): Redis | Cluster {
  const client = open(template, OFFERING);
  client.on("error", (error) => outage.failed("connection", error));
  client.on("close", () => outage.failed("connection", new Error("the connection was closed")));
  client.on("ready", () => outage.recovered("connection"));
  return client;
}

/** The connection of one run; the worker opens another like it to block on. */
export function connectForTaking(template: string | Redis | Cluster, outage: Outage): Redis | Cluster {
  const client = open(template, TAKING);
  client.on("error", (error) => outage.failed("taking", error));
  return client;
}
