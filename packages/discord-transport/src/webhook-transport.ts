import { toDiscordRoute } from "@tocsin/rate-limiter";
import { WEBHOOK_CAPABILITIES } from "./capabilities.ts";
import { misuse } from "./errors.ts";
import { createOperationRunner } from "./operation-runner.ts";
import type { Transport } from "./transport.ts";
import type { TransportOptions } from "./transport-options.ts";
import { toWebhookBody, toWebhookPlace } from "./webhook-request.ts";
import { parseWebhookUrl } from "./webhook-url.ts";

/** Settings of {@link createWebhookTransport}. `apiUrl` stands in for Discord's own hosts only; any other host of `url` is kept. */
export interface WebhookTransportOptions extends TransportOptions {
  /** The webhook's address. A secret. See {@link parseWebhookUrl} for what is accepted. */
  readonly url: string;
}

/**
 * Creates the way into Discord that needs nothing but a webhook's address: it can post into its channel, into threads and
 * as new forum posts, and edit and delete what it posted.
 *
 * A webhook has no nonce: after `unknown` a repeated send may show twice. It cannot reply: a send with `replyTo` stands alone.
 * Throws a TocsinError for misuse only: `TRANSPORT_URL_INVALID`, `TRANSPORT_OPTION_INVALID` here,
 * `TRANSPORT_NONCE_INVALID`, `TRANSPORT_MESSAGE_INVALID` and `TRANSPORT_CLOSED` from `execute`.
 */
export function createWebhookTransport(options: WebhookTransportOptions): Transport {
  const webhook = parseWebhookUrl(options.url, options.apiUrl === undefined ? {} : { apiUrl: options.apiUrl });
  if (webhook.kind === "invalid") throw misuse("TRANSPORT_URL_INVALID", `invalid webhook address: ${webhook.message}`);
  /** All webhooks of a channel share a limit, and only answers tell which channel it is. */
  let channelId: string | undefined;
  const { execute, estimateWaits, close } = createOperationRunner(
    {
      apiRoot: webhook.executeUrl.slice(0, webhook.executeUrl.lastIndexOf("/webhooks/")),
      secrets: [webhook.token],
      placeOf: (operation) => toWebhookPlace(webhook, operation),
      bodyOf: toWebhookBody,
      routeOf: ({ method, path }) => toDiscordRoute(method, path, channelId === undefined ? {} : { channelId }),
      channelIdOf(operation, outcome) {
        if (operation.kind !== "send") return undefined;
        if (outcome.kind === "delivered" && outcome.value.threadId === undefined) channelId = outcome.value.channelId;
        return channelId;
      },
    },
    options,
  );
  return {
    capabilities: WEBHOOK_CAPABILITIES,
    execute,
    ...(estimateWaits && { estimateWaits }),
    close,
  };
}
