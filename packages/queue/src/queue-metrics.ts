import { type BatchObservableCallback, type Meter, metrics } from "@opentelemetry/api";
import type { DeliveryLog, QueueDepth } from "./delivery-log.ts";
import { METER_NAME } from "./queue-counters.ts";

export interface QueueMetricsOptions {
  readonly log: Pick<DeliveryLog, "depth">;
  /** @default the global provider's, as it is at this moment */
  readonly meter?: Meter;
  /** The priority from which on a delivery counts as critical. @default 2 */
  readonly criticalPriority?: number;
  /** How long a reading is good for: readers that come often share it. 0 reads every time. @default 5_000 */
  readonly cacheMs?: number;
  /** Epoch milliseconds. @default Date.now */
  readonly now?: () => number;
}

/** Observes depth and age of a log. Nothing is read unless a metric reader asks. A log that cannot be read is left out. */
export function registerQueueMetrics(options: QueueMetricsOptions): { readonly unregister: () => void } {
  const { log, meter = metrics.getMeter(METER_NAME), criticalPriority = 2, cacheMs = 5_000, now = Date.now } = options;
  const openGauge = meter.createObservableGauge("tocsin.queue.open", {
    description: "Open deliveries, by priority, counted up to 10 000",
    unit: "{delivery}",
  });
  const ageGauge = meter.createObservableGauge("tocsin.queue.oldest", {
    description: "Age of the oldest open delivery; 0 when there is none",
    unit: "s",
  });
  const deadGauge = meter.createObservableGauge("tocsin.queue.dead_letters", {
    description: "Dead letters, counted up to 10 000",
    unit: "{delivery}",
  });
  const pausedGauge = meter.createObservableGauge("tocsin.queue.paused_lanes", {
    description: "Lanes whose destination failed or asked to wait",
    unit: "{lane}",
  });

  let cached: { readonly readAt: number; readonly depth: Promise<QueueDepth> } | null = null;
  function read(): Promise<QueueDepth> {
    if (cached !== null && performance.now() - cached.readAt < cacheMs) return cached.depth;
    const depth = log.depth();
    cached = { readAt: performance.now(), depth };
    depth.catch(() => {
      cached = null;
    });
    return depth;
  }

  /** Priorities that were open once: they go to 0, not out of sight. */
  const seen = new Set<number>();
  const observe: BatchObservableCallback = async (result) => {
    const depth = await read().catch(() => null);
    if (depth === null) return;
    for (const { priority } of depth.open) seen.add(priority);
    for (const priority of seen) {
      const count = depth.open.find((each) => each.priority === priority)?.count ?? 0;
      result.observe(openGauge, count, { "tocsin.priority": priority });
    }
    const ageOf = (open: QueueDepth["open"]) =>
      open.length === 0
        ? 0
        : Math.max(0, now() - Math.min(...open.map(({ oldestCreatedAt }) => oldestCreatedAt))) / 1_000;
    result.observe(ageGauge, ageOf(depth.open), { "tocsin.scope": "all" });
    const critical = depth.open.filter(({ priority }) => priority >= criticalPriority);
    result.observe(ageGauge, ageOf(critical), { "tocsin.scope": "critical" });
    result.observe(deadGauge, depth.deadLetterCount);
    result.observe(pausedGauge, depth.pausedLaneCount);
  };
  const gauges = [openGauge, ageGauge, deadGauge, pausedGauge];
  meter.addBatchObservableCallback(observe, gauges);
  return { unregister: () => meter.removeBatchObservableCallback(observe, gauges) };
}
