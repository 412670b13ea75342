/** Whether one destination is used as fast as Discord allows: messages that arrived, as a share of what the limits let through. */

import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseAlert } from "@tocsin/alert";
import { startEmulatorProcess } from "@tocsin/discord-emulator/process";
import { createWebhookTransport } from "@tocsin/discord-transport";
import { createEngine, engineMigrations } from "@tocsin/engine";
import { createDiscordLimiter } from "@tocsin/rate-limiter";
import { createMemoryLimitDriver } from "@tocsin/rate-limiter/drivers/memory";
import { openSqliteStore } from "@tocsin/store";
import { isQuickBench, reportRow, temporaryDirectory } from "@tocsin/testkit";

const DURATION_MS = isQuickBench() ? 8_000 : 180_000;

/** The documented profile: a webhook lets 5 through in 2 s, its channel 30 in 60 s; both give tokens back one by one. */
const mostIn = (ms: number): number => Math.floor(Math.min(5 + ms / 400, 30 + ms / 2_000));

async function runLane(latencyMs: number): Promise<void> {
  await using emulator = await startEmulatorProcess({ limits: "documented" });
  await emulator.control("/faults", { effect: { kind: "latency", latency_ms: latencyMs } });
  const { channels, api_url: apiUrl } = emulator.description;
  await using directory = await temporaryDirectory();
  const store = await openSqliteStore({ file: join(directory.path, "lane.sqlite"), migrations: engineMigrations });
  const limiter = createDiscordLimiter({ driver: createMemoryLimitDriver() });
  const transport = createWebhookTransport({ url: channels.alerts.webhook_url, apiUrl, limiter });
  const engine = createEngine({
    store,
    onError: (error) => console.error(error),
    organizations: {
      default: { destinations: { alerts: { transport, pack: false } }, routes: [{ destinations: ["alerts"] }] },
    },
  });
  const organization = engine.forOrganization("default");
  for (let index = 0; index < mostIn(DURATION_MS) + 20; index += 1) {
    const parsed = parseAlert({ title: `disk almost full ${index}`, severity: "warn" });
    if (parsed.kind === "invalid") throw new Error("the bench's alert is not one");
    await organization.accept(parsed.alert);
  }
  engine.start();
  await delay(DURATION_MS);
  const requests = (await emulator.control("/stats")) as { rate_limited?: Record<string, number> };
  const { openDeliveryCount } = await engine.status();
  await engine.stop(5_000);
  await limiter.close();
  await transport.close();
  await store.close();
  const deliveredCount = mostIn(DURATION_MS) + 20 - openDeliveryCount;
  reportRow({
    bench: "engine",
    case: `one lane, one webhook, ${latencyMs} ms latency, ${DURATION_MS / 1000} s`,
    candidate: "engine",
    value: (100 * deliveredCount) / mostIn(DURATION_MS),
    unit: "% of the most",
    note: `${deliveredCount} of ${mostIn(DURATION_MS)}; 429: ${JSON.stringify(requests.rate_limited ?? requests)}`,
  });
}

// They only wait: side by side they take the time of one.
await Promise.all([20, 100, 300].map(runLane));
