import { type Context, context, type MeterProvider, metrics, SpanStatusCode, trace } from "@opentelemetry/api";
import type { PermitPriority, PermitRefusal } from "./discord-limiter.ts";
import type { DiscordRoute } from "./discord-route.ts";
import type { Learned, Observation } from "./limit-driver.ts";
import { DISCORD_ATTRIBUTES, DISCORD_TELEMETRY } from "./semconv.ts";

const SCOPE = "@tocsin/rate-limiter";

/** One `acquire`, as telemetry sees it. */
export interface AcquireRecord {
  readonly route: DiscordRoute;
  readonly priority: PermitPriority;
  readonly waitedMs: number;
  readonly outcome: "granted" | "aborted" | PermitRefusal["reason"];
  /** Where it was asked for: the parent of its span. */
  readonly parent: Context;
}

/** What the limiter tells OpenTelemetry. No id and no token is an attribute. Without registered providers it costs little. */
export interface LimiterTelemetry {
  /** The context that a later {@link AcquireRecord} belongs to. */
  parent(): Context;
  acquired(record: AcquireRecord): void;
  learned(observation: Observation, learned: Learned): void;
}

/** Providers that are registered later are used from then on. */
export function createLimiterTelemetry(): LimiterTelemetry {
  let known: { readonly provider: MeterProvider; readonly instruments: Instruments } | null = null;
  // The API has no stand-in for a meter that is taken before the application registers its provider.
  const instruments = (): Instruments => {
    const provider = metrics.getMeterProvider();
    if (known?.provider !== provider) known = { provider, instruments: createInstruments(provider) };
    return known.instruments;
  };
  return {
    parent: () => context.active(),
    acquired(record) {
      const { outcome, waitedMs, priority } = record;
      if (outcome === "granted") {
        instruments().waits.record(waitedMs / 1000, { [DISCORD_ATTRIBUTES.priority]: priority });
      } else if (outcome !== "aborted") instruments().refusals.add(1, { [DISCORD_ATTRIBUTES.reason]: outcome });
      // Whoever did not wait has nothing to show.
      if (waitedMs >= 1) recordSpan(record);
    },
    learned(observation, { estimatedRemainingCount, serverRemainingCount, invalidCount, isBreakerOpen }) {
      const { limited, errors, invalid, breaker } = instruments();
      if (observation.limited !== null) limited.add(1, { [DISCORD_ATTRIBUTES.scope]: observation.limited.scope });
      if (estimatedRemainingCount !== null && serverRemainingCount !== null) {
        const differenceCount = serverRemainingCount - estimatedRemainingCount;
        const estimate = differenceCount === 0 ? "exact" : differenceCount > 0 ? "cautious" : "bold";
        errors.record(Math.abs(differenceCount), { [DISCORD_ATTRIBUTES.estimate]: estimate });
      }
      invalid.record(invalidCount);
      breaker.record(isBreakerOpen ? 1 : 0);
    },
  };
}

function recordSpan({ route, priority, waitedMs, outcome, parent }: AcquireRecord): void {
  const endedAt = Date.now();
  const attributes = {
    [DISCORD_ATTRIBUTES.template]: route.template,
    [DISCORD_ATTRIBUTES.priority]: priority,
    [DISCORD_ATTRIBUTES.waitedMs]: Math.round(waitedMs),
    [DISCORD_ATTRIBUTES.outcome]: outcome,
  };
  const startTime = endedAt - waitedMs;
  const span = trace.getTracer(SCOPE).startSpan(DISCORD_TELEMETRY.span, { startTime, attributes }, parent);
  if (outcome !== "granted") span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
  span.end(endedAt);
}

type Instruments = ReturnType<typeof createInstruments>;

function createInstruments(provider: MeterProvider) {
  const meter = provider.getMeter(SCOPE);
  return {
    waits: meter.createHistogram(DISCORD_TELEMETRY.wait, {
      description: "Time that requests to Discord waited for their permit.",
      unit: "s",
    }),
    refusals: meter.createCounter(DISCORD_TELEMETRY.refusals, {
      description: "Requests to Discord that got no permit, by reason.",
    }),
    limited: meter.createCounter(DISCORD_TELEMETRY.limited, { description: "Answers 429 of Discord, by scope." }),
    errors: meter.createHistogram(DISCORD_TELEMETRY.remainingError, {
      description: "By how many requests the limiter and Discord differed about what a bucket has left.",
    }),
    invalid: meter.createGauge(DISCORD_TELEMETRY.invalidRequests, {
      description: "Answers of the last ten minutes that count towards a ban of this address.",
    }),
    breaker: meter.createGauge(DISCORD_TELEMETRY.breakerOpen, {
      description: "1 while nothing is sent, because this address is, or is about to be, banned.",
    }),
  };
}
