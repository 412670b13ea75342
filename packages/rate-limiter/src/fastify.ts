export { type RateLimitPluginOptions, rateLimit } from "./fastify/rate-limit.ts";
