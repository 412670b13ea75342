export type { DiscordFacts, OpenStage } from "./discord-facts.ts";
export { createDiscordFake, type DiscordFake, type DiscordFakeOptions, type DiscordRule } from "./discord-fake.ts";
export type { DiscordDriverOptions, DiscordLimiterHarness } from "./discord-harness.ts";
export { discordLimiterContract } from "./discord-limiter-contract.ts";
export { discordLimiterFacts } from "./discord-limiter-facts.ts";
export { createDiscordStage, type DiscordStage, type StageProcess, type Ticket } from "./discord-stage.ts";
export type { Facts, RateLimiterHarness } from "./harness.ts";
export { rateLimiterContract } from "./rate-limiter-contract.ts";
export { rateLimiterFacts } from "./rate-limiter-facts.ts";
