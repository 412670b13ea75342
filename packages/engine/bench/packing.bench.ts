/**
 * Alerts that become visible in a second through one webhook while more of them wait than Discord lets through: several in one
 * message beside a message each. Two questions: how soon a backlog is shown, which a burst helps, and what lasts.
 */
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseAlert } from "@tocsin/alert";
import { type EmulatorProcess, startEmulatorProcess } from "@tocsin/discord-emulator/process";
import { createWebhookTransport, type Transport } from "@tocsin/discord-transport";
import { createEngine, type Engine, engineMigrations } from "@tocsin/engine";
import { createDiscordLimiter, type DiscordLimiter } from "@tocsin/rate-limiter";
import { createMemoryLimitDriver } from "@tocsin/rate-limiter/drivers/memory";
import { openSqliteStore } from "@tocsin/store";
import { isQuickBench, reportRow, temporaryDirectory } from "@tocsin/testkit";

const BACKLOG_COUNT = isQuickBench() ? 25 : 150;
const LASTING_MS = isQuickBench() ? 8_000 : 120_000;
/** The documented profile: 5 messages of a webhook and 30 of its channel go at once; then the channel takes one every two seconds. */
const WEBHOOK_BURST_COUNT = 5;
const CHANNEL_BURST_COUNT = 30;

const CANDIDATES = { "one message each": false, packed: true } as const;
type Candidate = keyof typeof CANDIDATES;

/** An engine with one webhook, and what it owes. */
interface Lane extends AsyncDisposable {
  readonly emulator: EmulatorProcess;
  readonly limiter: DiscordLimiter;
  readonly transport: Transport;
  readonly engine: Engine;
  accept(count: number): Promise<void>;
}

async function openLane(pack: boolean): Promise<Lane> {
  const resources = new AsyncDisposableStack();
  const emulator = resources.use(await startEmulatorProcess({ limits: "documented" }));
  const directory = resources.use(await temporaryDirectory());
  const file = join(directory.path, "packing.sqlite");
  const store = resources.adopt(await openSqliteStore({ file, migrations: engineMigrations }), (each) => each.close());
  const limiter = resources.adopt(createDiscordLimiter({ driver: createMemoryLimitDriver() }), (each) => each.close());
  const url = emulator.description.channels.alerts.webhook_url;
  const transport = resources.adopt(createWebhookTransport({ url, limiter }), (each) => each.close());
  const destinations = { alerts: { transport, pack } };
  const organizations = { default: { destinations, routes: [{ destinations: ["alerts"] }] } };
  const engine = createEngine({ store, organizations, onError: (error) => console.error(error) });
  resources.defer(() => engine.stop(5_000));
  return {
    emulator,
    limiter,
    transport,
    engine,
    async accept(count) {
      const organization = engine.forOrganization("default");
      const accepts = Array.from({ length: count }, async (_, index) => {
        const parsed = parseAlert({ title: `disk almost full on db${index}`, context: "used=91%" });
        if (parsed.kind === "invalid") throw new Error("the bench's alert is not one");
        await organization.accept(parsed.alert);
      });
      await Promise.all(accepts);
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** How long it takes until all of a backlog is shown. */
async function showBacklog(candidate: Candidate): Promise<void> {
  await using lane = await openLane(CANDIDATES[candidate]);
  await lane.accept(BACKLOG_COUNT);
  const startedAt = performance.now();
  lane.engine.start();
  while ((await lane.engine.status()).openDeliveryCount > 0) await delay(5);
  const takenMs = performance.now() - startedAt;
  await report(lane, candidate, `a backlog of ${BACKLOG_COUNT} alerts, until all are shown`, BACKLOG_COUNT, takenMs);
}

/** Uses up what goes at once: by the lane's webhook, which then knows its channel, and by others of the channel. */
async function useUpBurst({ emulator, limiter, transport }: Lane): Promise<void> {
  const { id } = emulator.description.channels.alerts;
  await sendBurst(transport);
  for (let count = WEBHOOK_BURST_COUNT; count < CHANNEL_BURST_COUNT; count += WEBHOOK_BURST_COUNT) {
    const { url } = (await emulator.asBot("POST", `/channels/${id}/webhooks`, { name: "before" })) as {
      readonly url: string;
    };
    const other = createWebhookTransport({ url, apiUrl: emulator.description.api_url, limiter });
    await sendBurst(other);
    await other.close();
  }
}

async function sendBurst(transport: Transport): Promise<void> {
  const message = { content: "what came before" };
  for (let count = 0; count < WEBHOOK_BURST_COUNT; count += 1) {
    // Critical: also what is held back for those.
    await transport.execute({ kind: "send", message }, { nonce: "before", priority: "critical" });
  }
}

/** How many are shown in a while, after what goes at once is used up. */
async function showLasting(candidate: Candidate): Promise<void> {
  await using lane = await openLane(CANDIDATES[candidate]);
  await useUpBurst(lane);
  const count = Math.ceil(LASTING_MS / 2_000) * 10 + 100;
  await lane.accept(count);
  lane.engine.start();
  await delay(LASTING_MS);
  const { openDeliveryCount } = await lane.engine.status();
  const name = `${LASTING_MS / 1_000} s with more waiting than goes`;
  await report(lane, candidate, name, count - openDeliveryCount, LASTING_MS);
}

async function report(lane: Lane, candidate: Candidate, name: string, count: number, ms: number): Promise<void> {
  const { rate_limited: limited } = (await lane.emulator.control("/stats")) as {
    readonly rate_limited: Readonly<Record<string, number>>;
  };
  reportRow({
    bench: "packing",
    case: name,
    candidate,
    value: count / (ms / 1_000),
    unit: "alerts/s",
    baseline: "one message each",
    note: `${count} alerts; 429: ${JSON.stringify(limited)}`,
  });
}

// They only wait: side by side they take the time of one.
const names = Object.keys(CANDIDATES) as readonly Candidate[];
await Promise.all(names.flatMap((name) => [showBacklog(name), showLasting(name)]));
