import { createBotTransport, createHttpPool, createWebhookTransport, type Transport } from "@tocsin/discord-transport";
import { createDiscordLimiter } from "@tocsin/rate-limiter";
import { createMemoryLimitDriver } from "@tocsin/rate-limiter/drivers/memory";
import { openSqliteStore } from "@tocsin/store";
import { sql } from "kysely";
import { createEngine, type Destination, type Engine, type EngineEvent, engineMigrations } from "../../src/index.ts";
import { type AlertWorld, type Place, SHAPES } from "./alert-world.ts";
import { TIMEOUT_MS } from "./fault-plan.ts";
import { keysIn } from "./incidents.ts";

/** An alert that a sealed call without an answer is about. */
export interface SealedAlert {
  readonly lane_id: string;
  readonly subject_id: string;
}

/** What would be one process: an engine with its store, its limiter and its connections. */
export interface Relay {
  readonly engine: Engine;
  readonly events: readonly EngineEvent[];
  readonly errors: readonly unknown[];
  /** What it found sealed when it started. */
  readonly foundSealed: readonly SealedAlert[];
  /** Alerts of which a call was given up after the transport's time limit. */
  readonly timedOutKeys: readonly string[];
  /** What was delivered, each as path and kind. */
  readonly delivered: readonly string[];
  /** Open deliveries of each lane. */
  backlog(): Promise<ReadonlyMap<string, number>>;
  /** Ends it as kill -9 would: nothing is released, nothing is waited for, every connection breaks. */
  crash(): Promise<void>;
  close(): Promise<void>;
}

const CONNECTION_COUNT = 64;

export async function openRelay({ emulator, clock, places }: AlertWorld, file: string): Promise<Relay> {
  const { api_url: apiUrl, bot_token: token, guild_id: guildId } = emulator.description;
  const { now } = clock;
  const limiter = createDiscordLimiter({ driver: createMemoryLimitDriver() });
  const dispatcher = createHttpPool({ maxConnectionCount: CONNECTION_COUNT });
  const options = { apiUrl, limiter, dispatcher, now, timeoutMs: TIMEOUT_MS };

  const timedOutKeys: string[] = [];
  const delivered: string[] = [];
  const noting = (transport: Transport, path: string): Transport => ({
    ...transport,
    async execute(operation, execution) {
      const outcome = await transport.execute(operation, execution);
      if (outcome.kind === "delivered") delivered.push(`${path} ${operation.kind}`);
      const isTimedOut = outcome.kind === "unknown" && outcome.reason === "timeout";
      if (isTimedOut) timedOutKeys.push(...keysIn(JSON.stringify(operation)));
      return outcome;
    },
  });
  const transportOf = ({ shape, channelId, webhookUrl }: Place): Transport => {
    const { path, isForum } = SHAPES[shape];
    if (path === "webhook") return createWebhookTransport({ ...options, url: webhookUrl });
    return createBotTransport({ ...options, token, channelId, guildId, isForum });
  };
  const destinationOf = (place: Place): Destination => {
    const { path, isForum, delivery } = SHAPES[place.shape];
    return { transport: noting(transportOf(place), path), forum: isForum, ...delivery };
  };
  const destinations = Object.fromEntries(places.map((place) => [place.name, destinationOf(place)]));
  const routes = places.map(({ name }) => ({ match: { topic: [name] }, destinations: [name] }));

  const store = await openSqliteStore({ file, migrations: engineMigrations });
  const events: EngineEvent[] = [];
  const errors: unknown[] = [];
  const engine = createEngine({
    store,
    now,
    organizations: { default: { destinations, routes } },
    onEvent: (event) => events.push(event),
    onError: (error) => errors.push(error),
  });
  const sealed = sql<SealedAlert>`select lane_id, subject_id from deliveries where send_id is not null`;
  const foundSealed = (await sealed.execute(store.read)).rows;
  engine.start();

  return {
    engine,
    events,
    errors,
    foundSealed,
    timedOutKeys,
    delivered,
    async backlog() {
      const counts = sql<{
        lane_id: string;
        count: number;
      }>`select lane_id, count(*) as count from deliveries group by lane_id`;
      const { rows } = await counts.execute(store.read);
      return new Map(rows.map(({ lane_id, count }) => [lane_id, count]));
    },
    async crash() {
      // Closing the store under a running engine is the nearest to a crash within one process: its later writes fail.
      await store.close();
      void engine.stop(0);
      await dispatcher.destroy();
      await limiter.close();
    },
    async close() {
      await engine.stop(5_000);
      await store.close();
      await dispatcher.close();
      await limiter.close();
    },
  };
}
