import type { Outcome } from "@tocsin/alert/plugin";
import type { DiscordRoute } from "@tocsin/rate-limiter";
import type { RequestBody, RequestPlace } from "./discord-request.ts";
import { misuse } from "./errors.ts";
import { exchange, type HttpExchange } from "./http-exchange.ts";
import { createHttpPool } from "./http-pool.ts";
import { answerOf, permitFor } from "./limited-exchange.ts";
import { type EncodedBody, toMultipart } from "./message-files.ts";
import type { OutcomeContext } from "./outcome.ts";
import { endRequestSpan, startRequestSpan, type TracedServer } from "./request-span.ts";
import type { AskOptions } from "./transport.ts";
import { checkOptions, type TransportOptions } from "./transport-options.ts";

/** What a bot's and a webhook's requests differ in. */
export interface Credentials {
  /** Scheme, host and version that every path follows. */
  readonly apiRoot: string;
  /** Goes along with every request. Absent: the path has the token in it. */
  readonly authorization?: string;
  /** Never to appear in an outcome. */
  readonly secrets: readonly string[];
  /** Where a request counts. */
  readonly routeOf: (place: RequestPlace) => DiscordRoute;
}

/** One request, and how its end is judged. */
export interface Errand<T> {
  readonly place: RequestPlace;
  readonly body?: RequestBody;
  /** Larger answers are not read. */
  readonly maxAnswerBytes?: number;
  readonly judge: (result: HttpExchange, context: OutcomeContext) => Outcome<T>;
  /** The channel that the limiter is told, where only the answer tells it. */
  readonly channelIdOf?: (outcome: Outcome<T>) => string | undefined;
}

/** Where all requests of a transport go. */
interface Server extends TracedServer {
  readonly origin: string;
  readonly basePath: string;
}

/** Makes requests, one at a call: permit, exchange, outcome, span. */
export interface RequestExecutor {
  run<T>(errand: Errand<T>, options: AskOptions): Promise<Outcome<T>>;
  /** Runs `work` unless the executor is closed: `close` waits for its end. */
  whileOpen<T>(work: () => Promise<T>): Promise<T>;
  /** Waits for all work and closes the connections, if they are its own. Idempotent. */
  close(): Promise<void>;
}

/** Creates the one way on which all transports make their requests. Throws `TRANSPORT_OPTION_INVALID`. */
export function createRequestExecutor(credentials: Credentials, options: TransportOptions): RequestExecutor {
  const { timeoutMs, userAgent, now, tracer } = checkOptions(options);
  const { authorization, secrets, routeOf } = credentials;
  // Once: to take an address apart costs as much as everything else that is done here for a request.
  const server = toServer(credentials.apiRoot);
  const { limiter, dispatcher = createHttpPool() } = options;
  const underWay = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;

  return {
    async run({ place, body, maxAnswerBytes, judge, channelIdOf }, askOptions) {
      const { deadlineAt = Number.POSITIVE_INFINITY, signal } = askOptions;
      const mayStart = (): boolean => now() < deadlineAt;
      if (!mayStart()) return { kind: "retryable", reason: "expired" };
      if (signal?.aborted) return { kind: "retryable", reason: "aborted" };
      const maxPermitWaitMs = Math.min(askOptions.maxPermitWaitMs ?? Number.POSITIVE_INFINITY, deadlineAt - now());
      const permit = limiter && (await permitFor(limiter, routeOf(place), { ...askOptions, maxPermitWaitMs }));
      if (permit?.kind === "outcome") return permit.outcome;
      // Only now, with the permit at hand: whoever waits for one should not hold megabytes.
      const encoded = body?.files?.length ? await toMultipart(body.json ?? "{}", body.files) : toJson(body);
      // No trace context goes along: Discord is somebody else's server and has no use for our ids.
      const headers = {
        "user-agent": userAgent,
        ...(authorization === undefined ? {} : { authorization }),
        ...(encoded === undefined ? {} : { "content-type": encoded.contentType }),
      };
      const span = startRequestSpan(tracer, { method: place.method, template: place.template, server });
      const result = await exchange(
        dispatcher,
        {
          method: place.method,
          origin: server.origin,
          path: server.basePath + place.path + toQuery(place.query),
          headers,
          ...(encoded === undefined ? {} : { body: encoded.bytes }),
        },
        { timeoutMs, mayStart, signal, maxAnswerBytes },
      );
      const outcome = judge(result, { secrets, now: now() });
      await permit?.settle(answerOf(result, channelIdOf?.(outcome)));
      endRequestSpan(span, result, outcome);
      return outcome;
    },
    async whileOpen(work) {
      if (closing !== undefined) throw misuse("TRANSPORT_CLOSED", "the transport is closed");
      const running = work();
      underWay.add(running);
      try {
        return await running;
      } finally {
        underWay.delete(running);
      }
    },
    close() {
      closing ??= Promise.allSettled(underWay).then(() => (options.dispatcher ? undefined : dispatcher.close()));
      return closing;
    },
  };
}

function toJson({ json }: RequestBody = {}): EncodedBody | undefined {
  return json === undefined ? undefined : { contentType: "application/json", bytes: json };
}

function toServer(apiRoot: string): Server {
  const { origin, pathname, hostname, port, protocol } = new URL(apiRoot);
  const defaultPort = protocol === "https:" ? 443 : 80;
  return {
    origin,
    basePath: pathname,
    address: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? defaultPort : Number(port),
  };
}

function toQuery(query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}
