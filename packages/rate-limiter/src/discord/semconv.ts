/** Metric and span names of the limiter for Discord. */
export const DISCORD_TELEMETRY = {
  span: "tocsin.discord.permit",
  wait: "tocsin.discord.permit.wait",
  refusals: "tocsin.discord.permit.refusals",
  limited: "tocsin.discord.rate_limited",
  remainingError: "tocsin.discord.remaining.error",
  invalidRequests: "tocsin.discord.invalid_requests",
  breakerOpen: "tocsin.discord.breaker_open",
} as const;

/** Attribute names of the limiter for Discord. */
export const DISCORD_ATTRIBUTES = {
  /** `low`, `normal` or `critical`. */
  priority: "tocsin.discord.priority",
  /** Why there was no permit: `wait-too-long`, `breaker-open` or `credential-dead`. */
  reason: "tocsin.discord.reason",
  /** `exact`; `cautious` where Discord had more left than was thought, `bold` where it had less. */
  estimate: "tocsin.discord.estimate",
  /** Scope of an answer 429: `user`, `shared` or `global`. */
  scope: "tocsin.discord.scope",
  /** Method and path with everything taken out that is no word of Discord's: `POST /channels/:id/messages`. */
  template: "tocsin.discord.template",
  /** `granted`, `aborted`, or the reason of a refusal. */
  outcome: "tocsin.discord.outcome",
  /** Milliseconds until the outcome. */
  waitedMs: "tocsin.discord.waited_ms",
} as const;
