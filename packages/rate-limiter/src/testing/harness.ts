import type { RateLimiterDriver, RateLimiterDriverCapabilities } from "../driver.ts";

/** How the suite gets its drivers. One harness serves all tests; every test uses keys of its own. */
export interface RateLimiterHarness {
  /** What the drivers must state. Decides which tests are declared. */
  readonly capabilities: RateLimiterDriverCapabilities;
  /** Creates a driver. When they are shared, all of them must count together. */
  create(): Promise<RateLimiterDriver>;
  /** The time that is handed to the driver: with the clock of the caller, one that stands still but for `advance`. */
  now(): number;
  /** Lets time pass: moves the fake clock, or waits where the server's clock rules. Called with at most 300 ms for those. */
  advance(ms: number): Promise<void>;
  /** Called once after the last test. */
  close?(): Promise<void>;
}

/** Facts about one behaviour, as tests by name. They throw when the driver breaks them. */
export type Facts = Readonly<Record<string, (harness: RateLimiterHarness) => Promise<void>>>;
