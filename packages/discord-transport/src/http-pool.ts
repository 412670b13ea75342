import { Agent, type Dispatcher } from "undici";

/** Settings of {@link createHttpPool}. */
export interface HttpPoolOptions {
  /** Connections to one origin at a time; further requests wait for one. At least 1. @default 32 */
  readonly maxConnectionCount?: number;
  /** Gives up a connection attempt after this many milliseconds. @default 10000 */
  readonly connectTimeoutMs?: number;
  /**
   * Closes a connection that was idle for this long. Short on purpose: a request written to a connection that the server
   * is just closing comes back as `unknown`. @default 4000
   */
  readonly idleTimeoutMs?: number;
}

/**
 * Creates connections that any number of transports can share: kept alive, one request at a time each, HTTP/1.1.
 *
 * Give it to every transport as `dispatcher`, and close it (`await pool.close()`) after them. Never retries.
 */
export function createHttpPool(options: HttpPoolOptions = {}): Dispatcher {
  const { maxConnectionCount = 32, connectTimeoutMs = 10_000, idleTimeoutMs = 4_000 } = options;
  return new Agent({
    connections: maxConnectionCount,
    connect: { timeout: connectTimeoutMs },
    keepAliveTimeout: idleTimeoutMs,
    // What is sent and what is not is decided, and tested, on the sockets of HTTP/1.1.
    pipelining: 1,
    allowH2: false,
  });
}
