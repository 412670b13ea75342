import { parseAlert } from "@tocsin/alert";
import { createEngine, type Engine } from "@tocsin/engine";
import type { Store } from "@tocsin/store";
import { ratePerSecond } from "@tocsin/testkit";
import { createInstantTransport, type InstantTransport } from "./instant-transport.ts";

/** An engine on a store of its own, and what its lanes send to. */
export interface BenchEngine {
  readonly engine: Engine;
  readonly transport: InstantTransport;
}

/** An engine with `destinationCount` destinations, each of which gets every alert. */
export function createBenchEngine(store: Store, destinationCount: number): BenchEngine {
  const transport = createInstantTransport();
  const names = Array.from({ length: destinationCount }, (_, index) => `destination-${index + 1}`);
  const destinations = Object.fromEntries(names.map((name) => [name, { transport }]));
  // Whatever goes wrong while delivering is tried again, and would only look slow.
  const onError = (error: unknown): void => {
    console.error(error);
    process.exitCode = 1;
  };
  const organizations = { default: { destinations, routes: [{ destinations: names }] } };
  return { engine: createEngine({ store, organizations, onError }), transport };
}

let alertCount = 0;

/** Accepts `count` alerts, `workerCount` of them at once: each worker waits for the commit before its next alert. */
async function acceptAlerts({ engine }: BenchEngine, count: number, workerCount: number): Promise<void> {
  const organization = engine.forOrganization("default");
  let started = 0;
  const worker = async (): Promise<void> => {
    while (started < count) {
      started += 1;
      alertCount += 1;
      const parsed = parseAlert({
        title: `disk almost full ${alertCount}`,
        message: "used 91% of 500 GB on /var/lib",
        severity: "warn",
        context: { host: `db${alertCount % 100}`, used_percent: 91 },
      });
      if (parsed.kind === "invalid") throw new Error("the bench's alert is not one");
      await organization.accept(parsed.alert, { idempotencyKey: `key-${alertCount}` });
    }
  };
  await Promise.all(Array.from({ length: workerCount }, worker));
}

/** Accepted alerts in a second. */
export function acceptRate(bench: BenchEngine, count: number, workerCount: number): Promise<number> {
  return ratePerSecond(count, () => acceptAlerts(bench, count, workerCount));
}

/** Deliveries in a second, from the first accept to the last answer, with a started engine. */
export function deliveryRate(bench: BenchEngine, alerts: number, destinationCount: number): Promise<number> {
  const answered = bench.transport.answered(alerts * destinationCount);
  return ratePerSecond(alerts * destinationCount, async () => {
    await acceptAlerts(bench, alerts, 64);
    await answered;
  });
}
