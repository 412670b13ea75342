import { join } from "node:path";
import { createDeliveryLog, queueMigrations } from "@tocsin/queue";
import { openSqliteStore, type Store } from "@tocsin/store";
import { skipUnless, temporaryDirectory } from "@tocsin/testkit";
import { describe, expect, test } from "vitest";
import { JOURNAL_LANE, POINTS, type Point, readJournal, type WorkerOptions } from "./faults/journal.ts";
import { startWorker } from "./faults/start-worker.ts";
import { openPostgres, postgres } from "./open-postgres.ts";

/** A victim's lease is waited for. */
const VICTIM_LEASE_MS = 300;
const LEASE_MS = 10_000;

const owe = (store: Store, revision: number) => {
  const log = createDeliveryLog({ store });
  const debts = ["a", "b", "c"].map((subjectId) => ({
    ...JOURNAL_LANE,
    subjectId,
    revision,
    priority: 0,
    dueAt: Date.now(),
  }));
  return store.write((tx) => log.owe(tx, debts));
};

/** Kills a worker at its point, raises every subject, and lets another finish. */
async function killAt(
  stopAt: Point,
  { location, journal, raise }: Pick<WorkerOptions, "location" | "journal"> & { raise(): Promise<unknown> },
): Promise<void> {
  await using victim = startWorker({ location, journal, stopAt, leaseMs: VICTIM_LEASE_MS });
  await victim.ready;
  expect(await victim.kill("SIGKILL")).toEqual({ code: null, signal: "SIGKILL" });
  await raise();
  await using successor = startWorker({ location, journal, stopAt: null, leaseMs: LEASE_MS });
  await successor.ready;
}

/** A call is repeated where its answer was not on disk yet, and nowhere else. */
const repeatedAfter = (stopAt: Point) => (stopAt === "called" || stopAt === "settling" ? 1 : 0);

function expectAllShown(file: string, repeatedCount: number): void {
  const journal = readJournal(file);
  for (const subject of ["a", "b", "c"]) {
    const shown = journal.bodies.filter((body) => body.startsWith(subject));
    expect(shown.at(-1)).toBe(`${subject}@2`);
    expect(shown).toEqual(shown.toSorted());
  }
  for (const bodies of journal.bodiesOfSends) expect(bodies).toHaveLength(1);
  expect(journal.repeatedCount).toBe(repeatedCount);
  expect(journal.admittedCount).toBeGreaterThanOrEqual(repeatedCount);
}

describe("a worker that is killed between any two steps loses nothing, and what it may have sent twice is counted", () => {
  test.each(POINTS)("on SQLite: %s", async (stopAt) => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, "queue.sqlite");
    const journal = join(directory.path, "journal");
    const raise = async (revision: number) => {
      const store = await openSqliteStore({ file, migrations: [queueMigrations] });
      await owe(store, revision);
      await store.close();
    };
    await raise(1);
    await killAt(stopAt, { location: { file }, journal, raise: () => raise(2) });
    expectAllShown(journal, repeatedAfter(stopAt));
  });

  describe.skipIf(skipUnless(postgres.isReachable, "Postgres"))("on Postgres", () => {
    test.each(POINTS)("%s", async (stopAt) => {
      await using directory = await temporaryDirectory();
      const journal = join(directory.path, "journal");
      const store = await openPostgres();
      const location = { url: postgres.url, schema: store.schema };
      await owe(store, 1);
      await killAt(stopAt, { location, journal, raise: () => owe(store, 2) });
      expectAllShown(journal, repeatedAfter(stopAt));
      await store.close();
    });

    test("a worker that is frozen beyond its lease and goes on: what it still records is refused", async () => {
      await using directory = await temporaryDirectory();
      const journal = join(directory.path, "journal");
      const store = await openPostgres();
      const location = { url: postgres.url, schema: store.schema };
      await owe(store, 1);
      await using frozen = startWorker({ location, journal, stopAt: "called", leaseMs: VICTIM_LEASE_MS });
      await frozen.ready;
      await owe(store, 2);
      await using other = startWorker({ location, journal, stopAt: null, leaseMs: LEASE_MS });
      await other.ready;
      await other.exited;
      process.kill(frozen.pid, "SIGCONT");
      expect(await frozen.exited).toEqual({ code: 0, signal: null });
      expectAllShown(journal, 1);
      expect(readJournal(journal).settlements.toSorted().slice(0, 2)).toEqual(["fenced", "settled"]);
      expect(await createDeliveryLog({ store }).status()).toMatchObject({ openDeliveryCount: 0, deadLetterCount: 0 });
      await store.close();
    });
  });
});
