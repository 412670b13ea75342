import { Agent, type Dispatcher, EnvHttpProxyAgent, Pool } from "undici";
import { misuse } from "./errors.ts";
import { withProxyAnswers } from "./proxy-answers.ts";
import { type ProxyAddresses, type ProxyOptions, toProxyAddresses } from "./proxy-options.ts";
import { SealedDispatcher } from "./sealed-dispatcher.ts";
import { type TlsConnectOptions, type TlsOptions, toTlsConnectOptions } from "./tls-options.ts";

/** Settings of {@link createHttpPool}. */
export interface HttpPoolOptions {
  /** Connections to one origin at a time; further requests wait for one. A whole number from 1. @default 32 */
  readonly maxConnectionCount?: number;
  /** Gives up a connection attempt, and the wait for a proxy's tunnel, after this many milliseconds, from 1. @default 10000 */
  readonly connectTimeoutMs?: number;
  /**
   * Closes a connection that was idle for this long, from 1. Short on purpose: a request written to a connection that the
   * server is just closing comes back as `unknown`. @default 4000
   */
  readonly idleTimeoutMs?: number;
  /**
   * For a server behind a private authority, or one that wants our certificate. It counts for every origin of the pool, so
   * give such a server a pool of its own. A proxy's own certificate is not meant. @default what Node trusts, no certificate
   */
  readonly tls?: TlsOptions;
  /** @default every server is reached directly, whatever the environment says */
  readonly proxy?: ProxyOptions;
}

/**
 * Creates connections that any number of transports can share: kept alive, one request at a time each, HTTP/1.1. They are
 * kept for each origin apart, so one pool does for all transports with the same settings.
 *
 * Give it to every transport as `dispatcher`, and close it (`await pool.close()`) after them. Never retries, follows no
 * redirect, reads no environment. Throws `TRANSPORT_OPTION_INVALID`.
 */
export function createHttpPool(options: HttpPoolOptions = {}): Dispatcher {
  const { maxConnectionCount = 32, connectTimeoutMs = 10_000, idleTimeoutMs = 4_000, tls, proxy } = options;
  for (const [name, value] of Object.entries({ maxConnectionCount, connectTimeoutMs, idleTimeoutMs })) {
    if (!(Number.isInteger(value) && value >= 1 && value <= MAX_OPTION)) {
      throw misuse("TRANSPORT_OPTION_INVALID", `${name} must be a whole number from 1 to ${MAX_OPTION}, got ${value}`);
    }
  }
  const pool: PoolSettings = { maxConnectionCount, connectTimeoutMs, idleTimeoutMs };
  const tlsConnect = tls && toTlsConnectOptions(tls);
  const addresses = proxy && toProxyAddresses(proxy);
  if (addresses === undefined || (addresses.httpProxy === "" && addresses.httpsProxy === "")) {
    return new SealedDispatcher(directAgent(pool, tlsConnect));
  }
  return new SealedDispatcher(proxyAgent(pool, tlsConnect, addresses), withProxyAnswers);
}

/** What a timer can hold. */
const MAX_OPTION = 2 ** 31 - 1;

type PoolSettings = Required<Pick<HttpPoolOptions, "maxConnectionCount" | "connectTimeoutMs" | "idleTimeoutMs">>;

/** What is sent and what is not is decided, and tested, on the sockets of HTTP/1.1. */
const ONE_AT_A_TIME = { pipelining: 1, allowH2: false };

function directAgent(pool: PoolSettings, tls: TlsConnectOptions | undefined): Agent {
  return new Agent({
    ...ONE_AT_A_TIME,
    connections: pool.maxConnectionCount,
    keepAliveTimeout: pool.idleTimeoutMs,
    connect: { timeout: pool.connectTimeoutMs, ...tls },
  });
}

function proxyAgent(pool: PoolSettings, tls: TlsConnectOptions | undefined, addresses: ProxyAddresses): Dispatcher {
  const { maxConnectionCount: connections, connectTimeoutMs, idleTimeoutMs: keepAliveTimeout } = pool;
  const settings = { ...ONE_AT_A_TIME, connections, keepAliveTimeout };
  return new EnvHttpProxyAgent({
    ...addresses,
    ...settings,
    connectTimeout: connectTimeoutMs,
    // For who is reached directly.
    connect: { timeout: connectTimeoutMs, ...tls },
    // For who is reached through a tunnel.
    requestTls: { timeout: connectTimeoutMs, ...tls },
    factory: (origin: string | URL, given: object) => new Pool(origin, { ...settings, ...given }),
    // A proxy may take the connection and then say nothing to the request for a tunnel.
    clientFactory: (origin: URL, given: object) => new Pool(origin, { ...given, headersTimeout: connectTimeoutMs }),
  });
}
