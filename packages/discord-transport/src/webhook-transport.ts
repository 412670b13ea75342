import { type Tracer, trace } from "@opentelemetry/api";
import type { Outcome } from "@tocsin/alert/plugin";
import type { DiscordLimiter } from "@tocsin/rate-limiter";
import type { Dispatcher } from "undici";
import { misuse } from "./errors.ts";
import { exchange } from "./http-exchange.ts";
import { createHttpPool } from "./http-pool.ts";
import { answerOf, estimateWaits, permitFor, routeOf } from "./limited-exchange.ts";
import { toOutcome } from "./outcome.ts";
import { endRequestSpan, startRequestSpan } from "./request-span.ts";
import type { DiscordOperation, ExecuteOptions, MessageRef, Transport } from "./transport.ts";
import { VERSION } from "./version.ts";
import { toWebhookRequest, type WebhookRequest } from "./webhook-request.ts";
import { parseWebhookUrl, type Webhook } from "./webhook-url.ts";

/** Settings of {@link createWebhookTransport}. */
export interface WebhookTransportOptions {
  /** The webhook's address. A secret. See {@link parseWebhookUrl} for what is accepted. */
  readonly url: string;
  /** Stands in for Discord's API: addresses on Discord's hosts go there. @default "https://discord.com/api" */
  readonly apiUrl?: string;
  /** Longest time for one request, from the call to the end of the answer. Milliseconds, more than 0. @default 15000 */
  readonly timeoutMs?: number;
  /** Discord wants `DiscordBot ($url, $version)` and may block others. @default this package's name and version */
  readonly userAgent?: string;
  /**
   * Connections to use, shared with other transports or leading through a proxy. Must not retry. The caller closes it.
   * @default connections of its own, see {@link createHttpPool}
   */
  readonly dispatcher?: Dispatcher;
  /**
   * Asked before every request, so that none is answered 429. Share one among all transports of the process. The caller
   * closes it. @default none: requests go out at once
   */
  readonly limiter?: DiscordLimiter;
  /** Epoch milliseconds; decides about deadlines. @default Date.now */
  readonly now?: () => number;
  /** @default the tracer `@tocsin/discord-transport` of the registered provider */
  readonly tracer?: Tracer;
}

const DEFAULT_TIMEOUT_MS = 15_000;
const MAX_TIMEOUT_MS = 2 ** 31 - 1;
const DEFAULT_USER_AGENT = `DiscordBot (https://github.com/tocsin-dev/tocsin, ${VERSION})`;
/** https://docs.discord.com/developers/resources/message: the same limit for every transport, so that sends can change theirs. */
const MAX_NONCE_LENGTH = 25;

/**
 * Creates the way into Discord that needs nothing but a webhook's address: it can post into its channel, into threads and
 * as new forum posts, and edit and delete what it posted.
 *
 * A webhook has no nonce: after `unknown` a repeated send may show twice. Throws a TocsinError for misuse only:
 * `TRANSPORT_URL_INVALID`, `TRANSPORT_OPTION_INVALID` here, `TRANSPORT_NONCE_INVALID`, `TRANSPORT_MESSAGE_INVALID` and
 * `TRANSPORT_CLOSED` from `execute`.
 */
export function createWebhookTransport(options: WebhookTransportOptions): Transport {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, userAgent = DEFAULT_USER_AGENT, now = Date.now, limiter } = options;
  const webhook = parseWebhookUrl(options.url, options.apiUrl === undefined ? {} : { apiUrl: options.apiUrl });
  if (webhook.kind === "invalid") throw misuse("TRANSPORT_URL_INVALID", `invalid webhook address: ${webhook.message}`);
  if (!(timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS)) {
    throw misuse("TRANSPORT_OPTION_INVALID", `timeoutMs must be from 1 to ${MAX_TIMEOUT_MS}, got ${timeoutMs}`);
  }
  if (!/^[\x20-\x7e]+$/.test(userAgent)) throw misuse("TRANSPORT_OPTION_INVALID", "userAgent must be printable ASCII");

  const tracer = options.tracer ?? trace.getTracer("@tocsin/discord-transport", VERSION);
  const ownPool = options.dispatcher === undefined ? createHttpPool() : null;
  const dispatcher = options.dispatcher ?? (ownPool as Dispatcher);
  const underWay = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;
  /** All webhooks of a channel share a limit, and only answers tell which channel it is. */
  let channelId: string | undefined;

  const run = async (
    request: WebhookRequest,
    operation: DiscordOperation,
    executeOptions: ExecuteOptions,
  ): Promise<Outcome<MessageRef>> => {
    const { deadlineAt = Infinity, signal } = executeOptions;
    const mayStart = (): boolean => now() < deadlineAt;
    if (!mayStart()) return { kind: "retryable", reason: "expired" } as const;
    if (signal?.aborted) return { kind: "retryable", reason: "aborted" } as const;
    const maxPermitWaitMs = Math.min(executeOptions.maxPermitWaitMs ?? Infinity, deadlineAt - now());
    const permit =
      limiter &&
      (await permitFor(limiter, routeOf(webhook, operation, channelId), { ...executeOptions, maxPermitWaitMs }));
    if (permit?.kind === "outcome") return permit.outcome;
    const { url, method, body } = request;
    // No trace context goes along: Discord is somebody else's server and has no use for our ids.
    const headers = { "user-agent": userAgent, ...(body === undefined ? {} : { "content-type": "application/json" }) };
    const span = startRequestSpan(tracer, request);
    const result = await exchange(
      dispatcher,
      { method, url, headers, ...(body === undefined ? {} : { body }) },
      { timeoutMs, mayStart, signal },
    );
    const threadId = url.searchParams.get("thread_id");
    const outcome = toOutcome(result, { operation, threadId, secrets: [webhook.token], now: now() });
    if (outcome.kind === "delivered" && outcome.value.threadId === undefined && operation.kind === "send") {
      channelId = outcome.value.channelId;
    }
    await permit?.settle(answerOf(result, operation.kind === "send" ? channelId : undefined));
    endRequestSpan(span, result, outcome);
    return outcome;
  };

  return {
    capabilities: { enforcesNonce: false, edits: true, startsThreads: false },
    async execute(operation, executeOptions): Promise<Outcome<MessageRef>> {
      if (closing !== undefined) throw misuse("TRANSPORT_CLOSED", "the transport is closed");
      checkNonce(executeOptions.nonce);
      const request = requestOf(webhook, operation);
      if (request.kind === "impossible") return { kind: "rejected", reason: "invalid-form", details: request.details };
      const execution = run(request, operation, executeOptions);
      underWay.add(execution);
      try {
        return await execution;
      } finally {
        underWay.delete(execution);
      }
    },
    ...(limiter && {
      estimateWaits: (operations, { priority = "normal" } = {}) =>
        estimateWaits(
          limiter,
          operations.map((operation) => routeOf(webhook, operation, channelId)),
          priority,
        ),
    }),
    close() {
      closing ??= Promise.allSettled(underWay).then(() => ownPool?.close());
      return closing;
    },
  };
}

function checkNonce(nonce: string): void {
  if (typeof nonce !== "string" || nonce === "" || nonce.length > MAX_NONCE_LENGTH) {
    throw misuse("TRANSPORT_NONCE_INVALID", `a nonce must have 1 to ${MAX_NONCE_LENGTH} characters`);
  }
}

function requestOf(webhook: Webhook, operation: DiscordOperation): ReturnType<typeof toWebhookRequest> {
  try {
    return toWebhookRequest(webhook, operation);
  } catch (cause) {
    throw misuse("TRANSPORT_MESSAGE_INVALID", "the message is not JSON", cause);
  }
}
