import { describe } from "vitest";
import type { DiscordLimitDriver } from "../../src/discord/limit-driver.ts";
import { createMemoryLimitDriver } from "../../src/discord/memory-limit-driver.ts";
import { discordLimiterContract } from "../../src/testing/index.ts";

describe("the memory driver for Discord", () => {
  const drivers = new Map<string, DiscordLimitDriver>();
  discordLimiterContract({
    // Its processes are limiters on one driver.
    isShared: true,
    async createDriver({ space, limits }) {
      const driver = drivers.get(space) ?? createMemoryLimitDriver({ limits });
      drivers.set(space, driver);
      return driver;
    },
  });
});
