/** Attribute names of this package, all its own: OpenTelemetry has no convention for rate limits yet. */
export const ATTRIBUTES = {
  /** The limiter's name. */
  name: "tocsin.rate_limiter.name",
  /** `allowed`, `denied` or `unavailable`. */
  outcome: "tocsin.rate_limiter.outcome",
} as const;

/** Metric names of this package. */
export const METRICS = {
  decisions: "tocsin.rate_limiter.decisions",
  fallbacks: "tocsin.rate_limiter.fallbacks",
} as const;
