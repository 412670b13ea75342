import { context, ROOT_CONTEXT } from "@opentelemetry/api";
import type { Engine } from "@tocsin/engine";
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from "fastify";
import fastifyPlugin from "fastify-plugin";
import type { Logger } from "pino";
import { answerClientError } from "./answer-client-error.ts";
import type { Backends } from "./backends/backends.ts";
import { createLogger } from "./create-logger.ts";
import { handleError, handleNotFound, refuseUnknownRoute } from "./plugins/error-handling.ts";
import { openapi } from "./plugins/openapi.ts";
import { requestHead } from "./plugins/request-head.ts";
import { requestLog } from "./plugins/request-log.ts";
import { relayPlugin } from "./relay-plugin.ts";
import { healthz } from "./routes/healthz.ts";
import { readyz } from "./routes/readyz.ts";
import { sendError } from "./wire/send-error.ts";

const BODY_LIMIT_BYTES = 1024 * 1024;

/** A request must have arrived whole by then, or its connection is closed: slow senders cannot hold connections. */
const REQUEST_TIMEOUT_MS = 60_000;
/** How often that is looked at. Node looks every 30 s by itself, which would let a request take half as long again. */
const CONNECTIONS_CHECK_INTERVAL_MS = 5_000;

export interface RelayOptions {
  /** The relay serves it and stops it; whoever made it starts it. */
  readonly engine: Engine;
  /** What `/readyz` asks what is missing. @default the engine alone, which is asked anyway */
  readonly backends?: Pick<Backends, "missing" | "storeName">;
  /** The product's version, as `/openapi.json` says it. @default "0.0.0" */
  readonly version?: string;
  /** @default `createLogger()`: JSON lines on standard output */
  readonly logger?: Logger;
  /** Larger bodies answer 413. From 1. @default 1048576 */
  readonly bodyLimitBytes?: number;
}

export interface ListenOptions {
  /** @default "127.0.0.1" */
  readonly host?: string;
  /** 0 takes a free port. */
  readonly port: number;
}

export interface Relay {
  /** The server: open to further plugins and routes until it listens or is made ready. */
  readonly app: FastifyInstance;
  /** Starts to accept connections and resolves to the base URL, with the port that was taken. */
  listen(options: ListenOptions): Promise<string>;
  /**
   * Ends the relay in at most about `graceMs`: `/readyz` answers 503, no connection is accepted, new requests on open
   * ones answer 503, those under way are finished, the engine stops. What is still open then is cut. Idempotent: a second
   * call waits for the first.
   */
  close(graceMs: number): Promise<void>;
}

/**
 * Builds the relay's own server: the routes of `relayPlugin` at the root, `/healthz`, `/readyz`, `/openapi.json` and
 * `/docs`. Reads no environment, registers no signal handler and no telemetry.
 */
export function buildRelay(options: RelayOptions): Relay {
  const { engine, bodyLimitBytes = BODY_LIMIT_BYTES, version = "0.0.0" } = options;
  const backends = options.backends ?? { storeName: "store", missing: () => [] };
  const logger: FastifyBaseLogger = options.logger ?? createLogger();
  let closing: Promise<void> | null = null;

  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyLimitBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { connectionsCheckingInterval: CONNECTIONS_CHECK_INTERVAL_MS, requireHostHeader: false },
    // The framework's own 503 has another envelope; the hook below answers instead.
    return503OnClosing: false,
    forceCloseConnections: "idle",
    clientErrorHandler: answerClientError,
    frameworkErrors: handleError,
  });

  app.register(openapi, { version });
  // Without encapsulation: in the relay's own server its conventions hold everywhere.
  app.register(fastifyPlugin((root: FastifyInstance) => relayPlugin(root, { engine })));
  app.register(requestLog);
  app.register(requestHead);
  app.addHook("onRequest", async (request, reply) => {
    if (closing === null || request.routeOptions.url === "/healthz" || request.routeOptions.url === "/readyz") return;
    return sendError(reply, { code: "unavailable", message: "The relay is shutting down." });
  });
  app.addHook("onRequest", refuseUnknownRoute);
  app.setNotFoundHandler(handleNotFound);
  app.register(async (root) => {
    healthz(root);
    readyz(root, { engine, backends, isClosing: () => closing !== null });
  });

  return {
    app,
    // Connections inherit the context of this call: a span that is active here must not become every request's parent.
    listen: ({ host = "127.0.0.1", port }) => context.with(ROOT_CONTEXT, () => app.listen({ host, port })),
    close: (graceMs) => {
      closing ??= shutDown(app, engine, graceMs);
      return closing;
    },
  };
}

async function shutDown(app: FastifyInstance, engine: Engine, graceMs: number): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), graceMs);
  try {
    // Both at once: the store stays open, so a request that is under way can still be accepted while deliveries end.
    await Promise.all([app.close(), engine.stop(graceMs)]);
  } finally {
    clearTimeout(cut);
  }
}
