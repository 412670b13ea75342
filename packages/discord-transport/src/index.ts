export { isBotToken } from "./bot-token.ts";
export { type BotTransportOptions, createBotTransport } from "./bot-transport.ts";
export { BOT_CAPABILITIES, WEBHOOK_CAPABILITIES } from "./capabilities.ts";
export { CODES, type Fix, fixOf, type Verdict } from "./codes.ts";
export type { TransportErrorCode } from "./errors.ts";
export type { FetchedMessage, FetchedUser, MessageQuery, ReactionQuery } from "./fetched.ts";
export { createHttpPool, type HttpPoolOptions } from "./http-pool.ts";
export type { ProxyOptions } from "./proxy-options.ts";
export type { TlsOptions } from "./tls-options.ts";
export type {
  AskOptions,
  AutoArchiveMinutes,
  DiscordFile,
  DiscordMessage,
  DiscordOperation,
  ExecuteOptions,
  LostSend,
  MessageRef,
  OperationKind,
  Transport,
  TransportCapabilities,
} from "./transport.ts";
export type { TransportOptions } from "./transport-options.ts";
export { createWebhookTransport, type WebhookTransportOptions } from "./webhook-transport.ts";
export {
  type InvalidWebhookUrl,
  type ParseWebhookUrlOptions,
  parseWebhookUrl,
  type Webhook,
} from "./webhook-url.ts";
export { type RetryOptions, withRetry } from "./with-retry.ts";
