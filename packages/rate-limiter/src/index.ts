export { createRateLimiter, type RateLimiterOptions } from "./create-rate-limiter.ts";
export { createDiscordLimiter, type DiscordLimiterOptions } from "./discord/create-discord-limiter.ts";
export type {
  AcquireOptions,
  DiscordLimiter,
  Permit,
  PermitAnswer,
  PermitPriority,
  PermitRefusal,
} from "./discord/discord-limiter.ts";
export { type DiscordRoute, type DiscordRouteOptions, toDiscordRoute } from "./discord/discord-route.ts";
export { createFallbackLimitDriver, type FallbackLimitDriverOptions } from "./discord/fallback-limit-driver.ts";
export type {
  BucketModel,
  BucketReading,
  DiscordLimitDriver,
  DiscordLimits,
  Grant,
  Learned,
  Observation,
  TakeAnswer as LimitTakeAnswer,
  TakeRequest as LimitTakeRequest,
} from "./discord/limit-driver.ts";
export type {
  RateLimitAlgorithm,
  RateLimitDecision,
  RateLimiterDriver,
  RateLimiterDriverCapabilities,
  RateLimitRule,
  TakeRequest,
} from "./driver.ts";
export { type RateLimitHeaderOptions, toRateLimitHeaders } from "./http-headers.ts";
export type { FallbackEvent, RateLimiter } from "./rate-limiter.ts";
