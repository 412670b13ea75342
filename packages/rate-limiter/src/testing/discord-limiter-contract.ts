import { afterAll, afterEach, describe, test } from "vitest";
import type { DiscordLimits } from "../discord/limit-driver.ts";
import type { DiscordLimiterHarness } from "./discord-harness.ts";
import { discordLimiterFacts } from "./discord-limiter-facts.ts";
import { createDiscordStage, type DiscordStage } from "./discord-stage.ts";

/**
 * Declares the tests that every {@link DiscordLimitDriver} must pass, with the limiter on it. Call it at the top of a test
 * file or inside a `describe`.
 */
export function discordLimiterContract(harness: DiscordLimiterHarness): void {
  let stages: DiscordStage[] = [];
  const open = (limits?: Partial<DiscordLimits>): DiscordStage => {
    const stage = createDiscordStage(harness, limits);
    stages.push(stage);
    return stage;
  };
  afterEach(async () => {
    const opened = stages;
    stages = [];
    await Promise.all(opened.map((stage) => stage.close()));
  });
  afterAll(() => harness.close?.());
  for (const [group, facts] of Object.entries(discordLimiterFacts(harness.isShared))) {
    describe(group, () => {
      for (const [fact, prove] of Object.entries(facts)) test(fact, () => prove(open));
    });
  }
}
