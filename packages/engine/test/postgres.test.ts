import { openPostgresStore, type Store } from "@tocsin/store";
import { randomPrefix, sharedPostgres, skipUnless, waitFor } from "@tocsin/testkit";
import { Client } from "pg";
import { describe, expect, test } from "vitest";
import { createEngine, type Engine, type EngineOptions, engineMigrations } from "../src/index.ts";
import { alertOf, delivered, scriptedTransport, shownTitles } from "./harness.ts";

const { url, isReachable } = await sharedPostgres();

interface Pair extends AsyncDisposable {
  readonly engines: readonly [Engine, Engine];
  readonly transport: ReturnType<typeof scriptedTransport>;
  readonly errors: unknown[];
}

/** Two engines with a store each, as two processes would have, over one schema of their own. */
async function openPair(answer = delivered, options: Pick<EngineOptions, "conditionsOf"> = {}): Promise<Pair> {
  const schema = randomPrefix();
  const transport = scriptedTransport(answer);
  const errors: unknown[] = [];
  const stores = [1, 2].map(() => openPostgresStore({ url, schema, migrations: engineMigrations }));
  await Promise.all(stores.map((store) => store.ready()));
  const create = (store: Store): Engine =>
    createEngine({
      ...options,
      store,
      organizations: {
        default: { destinations: { alerts: { transport } }, routes: [{ match: {}, destinations: ["alerts"] }] },
      },
      probeMs: 20,
      onError: (error) => errors.push(error),
    });
  const [one, other] = stores as [Store, Store];
  const engines = [create(one), create(other)] as const;
  return {
    engines,
    transport,
    errors,
    async [Symbol.asyncDispose]() {
      await Promise.all(engines.map((engine) => engine.stop(1_000)));
      await Promise.all(stores.map((store) => store.close()));
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.query(`drop schema "${schema}" cascade`);
      await client.end();
    },
  };
}

describe.skipIf(skipUnless(isReachable, "Postgres"))("two engines on one Postgres", () => {
  test("deliver each alert once, whichever accepted it", async () => {
    await using pair = await openPair();
    for (const engine of pair.engines) engine.start();
    const accepted = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        pair.engines[index % 2 === 0 ? 0 : 1].forOrganization("default").accept(alertOf({ title: `alert ${index}` })),
      ),
    );
    await waitFor(async () => (await pair.engines[0].status()).openDeliveryCount === 0, { timeoutMs: 15_000 });
    expect(accepted.map(({ kind }) => kind)).toEqual(accepted.map(() => "created"));
    const titles = shownTitles(pair.transport.calls);
    expect(titles).toHaveLength(60);
    expect(new Set(titles).size).toBe(60);
    expect(pair.errors).toEqual([]);
  });

  test("take what is about one thing for one alert, however many say it at once", async () => {
    await using pair = await openPair();
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        pair.engines[index % 2 === 0 ? 0 : 1]
          .forOrganization("default")
          .accept(alertOf({ title: `reading ${index}`, dedup_key: "disk" })),
      ),
    );
    const { records, total } = await pair.engines[0].forOrganization("default").list({ page: 1, perPage: 10 });
    expect(total).toBe(1);
    expect(records[0]?.revision).toBe(40);
    expect(results.filter(({ kind }) => kind === "created")).toHaveLength(1);
  });

  test("answer one idempotency key with one alert, also when it comes to both at once", async () => {
    await using pair = await openPair();
    const accept = (engine: Engine, title: string) =>
      engine.forOrganization("default").accept(alertOf({ title }), { idempotencyKey: "order-1" });
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => accept(pair.engines[index % 2 === 0 ? 0 : 1], "disk almost full")),
    );
    const ids = results.map((result) => (result.kind === "created" ? result.record.id : result.kind));
    expect(new Set(ids).size).toBe(1);
    expect(results.filter((result) => result.kind === "created" && !result.replayed)).toHaveLength(1);
    expect(await accept(pair.engines[1], "something else")).toEqual({ kind: "idempotency-mismatch" });
  });

  test("resolve the alerts of a monitor while the other still delivers them", async () => {
    await using pair = await openPair();
    for (const engine of pair.engines) engine.start();
    const [one, other] = pair.engines.map((engine) => engine.forOrganization("default"));
    for (let index = 0; index < 10; index += 1) {
      await Promise.all([
        one?.accept(alertOf({ title: `down ${index}`, type: "down", monitor_id: `m${index}`, dedup_key: `d${index}` })),
        other?.accept(alertOf({ title: `up ${index}`, type: "up", monitor_id: `m${index}` })),
      ]);
    }
    await waitFor(async () => (await pair.engines[0].status()).openDeliveryCount === 0, { timeoutMs: 15_000 });
    expect(pair.errors).toEqual([]);
  });

  test("hold what is silenced without an end, and go on with the rest", async () => {
    await using pair = await openPair(delivered, {
      conditionsOf: async (_organizationId, records) => {
        const silenced = records.filter(({ alert }) => alert.title === "silenced");
        return new Map(silenced.map(({ id }) => [id, { kind: "silenced", untilAt: Infinity }]));
      },
    });
    const organization = pair.engines[0].forOrganization("default");
    await organization.accept(alertOf({ title: "silenced" }));
    await organization.accept(alertOf({ title: "something else" }));
    for (const engine of pair.engines) engine.start();
    await waitFor(() => shownTitles(pair.transport.calls).length === 1, { timeoutMs: 5_000 });
    expect(shownTitles(pair.transport.calls)).toEqual(["something else"]);
    expect(pair.errors).toEqual([]);
  });
});
