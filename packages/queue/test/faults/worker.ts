import { appendFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { createDeliveryLog, type Lease, queueMigrations, type Send } from "@tocsin/queue";
import { openPostgresStore, openSqliteStore } from "@tocsin/store";
import { JOURNAL_LANE, type JournalEntry, type Point, type WorkerOptions } from "./journal.ts";

/**
 * A worker as a process of its own. It drains the lane until nothing is open, writes every call and every answer that it
 * recorded to the journal, and stops itself at the point that it was given.
 */
const { location, journal, stopAt, leaseMs } = JSON.parse(process.argv[2] ?? "") as WorkerOptions;
const migrations = [queueMigrations];
const store =
  "file" in location
    ? await openSqliteStore({ ...location, migrations })
    : openPostgresStore({ ...location, migrations });
await store.ready();
const log = createDeliveryLog({ store, retry: { baseMs: 1 } });

const write = (entry: JournalEntry): void => appendFileSync(journal, `${JSON.stringify(entry)}\n`);

let isStopped = false;
async function reach(point: Point): Promise<void> {
  if (point !== stopAt || isStopped) return;
  isStopped = true;
  console.log(`at ${point}`);
  process.kill(process.pid, "SIGSTOP");
  // The signal takes effect within the next turns of the event loop at the latest.
  await delay(1);
}

async function callAndSettle(lease: Lease, send: Send): Promise<void> {
  await reach("sealed");
  // Beyond its lease somebody else may be making the same call, and later ones.
  if (Date.now() >= lease.expiresAt) return;
  write({ kind: "call", sendId: send.sendId, body: JSON.stringify(send.operation) });
  await reach("called");
  const settlement = await store.write(async (tx) => {
    const settlement = await log.settle(tx, lease, send, { kind: "delivered", value: null });
    await reach("settling");
    return settlement;
  });
  write({ kind: "answer", sendId: send.sendId, lostAnswerCount: send.lostAnswerCount, settlement: settlement.kind });
  await reach("settled");
}

async function drain(): Promise<void> {
  const lease = await log.lease(JOURNAL_LANE, { leaseMs });
  if (lease === null) return;
  await reach("leased");
  const resumed = await log.resume(lease, 10);
  const due = await log.due(lease, 10);
  const plans = due.map((delivery) => ({
    operation: `${delivery.subjectId}@${delivery.revision}`,
    covers: [delivery],
  }));
  const sends = [...resumed, ...(await log.seal(lease, plans))];
  for (const send of sends) await callAndSettle(lease, send);
  await log.release(lease);
}

while ((await log.status()).openDeliveryCount > 0) {
  await drain();
  await delay(10);
}
await store.close();
console.log("done");
