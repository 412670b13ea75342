import { Redis } from "ioredis";

/** A Redis that does not answer for this long counts as gone. */
const ANSWER_TIMEOUT_MS = 2_000;
/** A connection that swallows everything is cut after this long, so that a new one can be tried. */
const SILENT_TIMEOUT_MS = 4_000;
const RECONNECT_MAX_MS = 1_000;
const CHECK_INTERVAL_MS = 1_000;

/** Longer than the pause between two questions: as long as somebody asks, the key is there. */
const ALIVE_MS = 10_000;

export interface RedisConnectionOptions {
  readonly url: string;
  readonly prefix: string;
  /** Told after each question that was answered. */
  readonly onAnswer: () => void;
  /** Told of each question that was not, and when the connection breaks. */
  readonly onFailure: (error: unknown) => void;
}

export interface RedisConnection {
  /** Fails fast: while Redis is away, every command is rejected at once and none is kept. */
  readonly client: Redis;
  /** Breaks the connection off. */
  close(): void;
}

/** Keeps one connection to Redis for ever, and asks once a second whether it takes a write: it may be full, or a replica. */
export function openRedisConnection({ url, prefix, onAnswer, onFailure }: RedisConnectionOptions): RedisConnection {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: ANSWER_TIMEOUT_MS,
    commandTimeout: ANSWER_TIMEOUT_MS,
    socketTimeout: SILENT_TIMEOUT_MS,
    retryStrategy: (attemptCount) =>
      Math.min(50 * 2 ** (attemptCount - 1), RECONNECT_MAX_MS) * (0.5 + Math.random() / 2),
    // What was on the wire when the connection broke may have been done: whoever asked decides whether to ask again.
    autoResendUnfulfilledCommands: false,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
  });

  async function check(): Promise<void> {
    // Anything else tells of itself by an event, with the better reason.
    if (client.status !== "ready") return;
    try {
      await client.set(`{${prefix}}:alive`, "1", "PX", ALIVE_MS);
      onAnswer();
    } catch (error) {
      onFailure(error);
    }
  }

  client.on("error", onFailure);
  client.on("close", () => onFailure(new Error("the connection was closed")));
  client.on("ready", () => void check());
  const timer = setInterval(() => void check(), CHECK_INTERVAL_MS);
  // It goes on trying by itself, and tells of the failure as an event.
  client.connect().catch(() => {});

  return {
    client,
    close() {
      clearInterval(timer);
      client.disconnect();
    },
  };
}
