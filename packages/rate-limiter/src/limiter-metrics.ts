import { type Counter, type MeterProvider, metrics } from "@opentelemetry/api";
import { ATTRIBUTES, METRICS } from "./semconv.ts";

/** What a limiter tells OpenTelemetry. No key is ever an attribute. Without a registered provider it costs a comparison. */
export interface LimiterMetrics {
  decided(allowed: boolean): void;
  /** The fallback decided in the driver's place. */
  fellBack(): void;
  /** Nobody could decide. */
  failed(): void;
}

interface Instruments {
  readonly provider: MeterProvider;
  readonly decisions: Counter;
  readonly fallbacks: Counter;
}

/** Counts for the limiter `name`. A provider that is registered later is used from then on. */
export function createLimiterMetrics(name: string): LimiterMetrics {
  const attributes = { [ATTRIBUTES.name]: name };
  const [allowed, denied, unavailable] = ["allowed", "denied", "unavailable"].map((outcome) => ({
    ...attributes,
    [ATTRIBUTES.outcome]: outcome,
  }));
  let known: Instruments | null = null;
  // The API has no stand-in for a meter that is taken before the application registers its provider.
  const instruments = (): Instruments => {
    const provider = metrics.getMeterProvider();
    if (known?.provider !== provider) known = createInstruments(provider);
    return known;
  };
  return {
    decided: (isAllowed) => instruments().decisions.add(1, isAllowed ? allowed : denied),
    failed: () => instruments().decisions.add(1, unavailable),
    fellBack: () => instruments().fallbacks.add(1, attributes),
  };
}

function createInstruments(provider: MeterProvider): Instruments {
  const meter = provider.getMeter("@tocsin/rate-limiter");
  return {
    provider,
    decisions: meter.createCounter(METRICS.decisions, { description: "Decisions of rate limiters, by outcome." }),
    fallbacks: meter.createCounter(METRICS.fallbacks, {
      description: "Decisions that a fallback made because the driver did not answer.",
    }),
  };
}
