import { metrics } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { afterEach, expect, test } from "vitest";
import { createMemoryDriver } from "../src/drivers/memory.ts";
import { createRateLimiter, type RateLimiterDriver } from "../src/index.ts";

const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);

function registerProvider(): MeterProvider {
  const provider = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
  });
  metrics.setGlobalMeterProvider(provider);
  return provider;
}

/** What was counted, as lines of name, attributes and sum. */
async function counted(provider: MeterProvider): Promise<readonly string[]> {
  await provider.forceFlush();
  const scopes = exporter.getMetrics().at(-1)?.scopeMetrics ?? [];
  expect(scopes.map(({ scope }) => scope.name)).toEqual(["@tocsin/rate-limiter"]);
  return scopes
    .flatMap((scope) => scope.metrics)
    .flatMap(({ descriptor, dataPoints }) =>
      dataPoints.map(({ attributes, value }) => `${descriptor.name} ${JSON.stringify(attributes)} ${value}`),
    )
    .sort();
}

afterEach(() => {
  metrics.disable();
  exporter.reset();
});

test("decisions are counted by limiter and outcome, and no key is told", async () => {
  const provider = registerProvider();
  const limiter = createRateLimiter({ driver: createMemoryDriver(), limit: 2, windowMs: 60_000, name: "api" });
  for (let index = 0; index < 5; index += 1) await limiter.take("secret-key");
  await limiter.peek("secret-key");
  expect(await counted(provider)).toEqual([
    'tocsin.rate_limiter.decisions {"tocsin.rate_limiter.name":"api","tocsin.rate_limiter.outcome":"allowed"} 2',
    'tocsin.rate_limiter.decisions {"tocsin.rate_limiter.name":"api","tocsin.rate_limiter.outcome":"denied"} 3',
  ]);
});

test("a provider that is registered after the limiter was made is used from then on", async () => {
  const limiter = createRateLimiter({ driver: createMemoryDriver(), limit: 2, windowMs: 60_000 });
  await limiter.take("key");
  const provider = registerProvider();
  await limiter.take("key");
  expect(await counted(provider)).toEqual([
    'tocsin.rate_limiter.decisions {"tocsin.rate_limiter.name":"default","tocsin.rate_limiter.outcome":"allowed"} 1',
  ]);
});

test("what a fallback decided and what nobody could decide is counted", async () => {
  const provider = registerProvider();
  const driver: RateLimiterDriver = {
    specVersion: 1,
    capabilities: { clock: "server", shared: true },
    take: () => Promise.reject(new Error("down")),
  };
  const rule = { driver, limit: 1, windowMs: 60_000 };
  const covered = createRateLimiter({ ...rule, name: "covered", fallback: createMemoryDriver() });
  for (let index = 0; index < 3; index += 1) await covered.take("key");
  const bare = createRateLimiter({ ...rule, name: "bare" });
  await expect(bare.take("key")).rejects.toThrow();
  await expect(bare.peek("key")).rejects.toThrow();
  await covered.peek("key");
  expect(await counted(provider)).toEqual([
    'tocsin.rate_limiter.decisions {"tocsin.rate_limiter.name":"bare","tocsin.rate_limiter.outcome":"unavailable"} 1',
    'tocsin.rate_limiter.decisions {"tocsin.rate_limiter.name":"covered","tocsin.rate_limiter.outcome":"allowed"} 1',
    'tocsin.rate_limiter.decisions {"tocsin.rate_limiter.name":"covered","tocsin.rate_limiter.outcome":"denied"} 2',
    'tocsin.rate_limiter.fallbacks {"tocsin.rate_limiter.name":"covered"} 3',
  ]);
});
