import type { DiscordLimitDriver, DiscordLimits } from "../discord/limit-driver.ts";

/** What a test asks for. */
export interface DiscordDriverOptions {
  /** Drivers of one space share their state, where the harness says that they can. Random, so that it is used once. */
  readonly space: string;
  readonly limits: Partial<DiscordLimits>;
  /** The clock that the driver must follow, in epoch milliseconds: it stands still unless the test moves it. */
  now(): number;
}

/** How the suite gets its drivers. One harness serves all tests. */
export interface DiscordLimiterHarness {
  /** Whether drivers of one space share their state. Decides which tests are declared. */
  readonly isShared: boolean;
  createDriver(options: DiscordDriverOptions): Promise<DiscordLimitDriver>;
  /** Called once after the last test. */
  close?(): Promise<void>;
}
