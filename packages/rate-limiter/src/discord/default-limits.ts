import type { DiscordLimits } from "./limit-driver.ts";

/** See {@link DiscordLimits} for where the numbers come from. */
export const DEFAULT_LIMITS: DiscordLimits = {
  globalPerSecond: 50,
  webhookChannel: { limitCount: 30, windowMs: 60_000 },
  maxInvalidCount: 1_000,
  permitMs: 30_000,
};
