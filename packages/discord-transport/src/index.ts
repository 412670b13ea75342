export { CODES, type Verdict } from "./codes.ts";
export type { TransportErrorCode } from "./errors.ts";
export { createHttpPool, type HttpPoolOptions } from "./http-pool.ts";
export type {
  DiscordMessage,
  DiscordOperation,
  ExecuteOptions,
  MessageRef,
  Transport,
  TransportCapabilities,
} from "./transport.ts";
export { createWebhookTransport, type WebhookTransportOptions } from "./webhook-transport.ts";
export {
  type InvalidWebhookUrl,
  type ParseWebhookUrlOptions,
  parseWebhookUrl,
  type Webhook,
} from "./webhook-url.ts";
