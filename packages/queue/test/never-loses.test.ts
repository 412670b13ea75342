import { join } from "node:path";
import type { Outcome } from "@tocsin/alert/plugin";
import { createDeliveryLog, type Lease, queueMigrations, type Send } from "@tocsin/queue";
import { openSqliteStore } from "@tocsin/store";
import { createFakeClock, temporaryDirectory } from "@tocsin/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";

const LANE = { organizationId: "default", laneId: "alerts" };
const SUBJECTS = ["a", "b", "c"];

type Step =
  | { readonly kind: "raise"; readonly subject: string; readonly priority: number }
  | {
      readonly kind: "drain";
      readonly outcomes: readonly Outcome<null>["kind"][];
      readonly crashBefore: number | null;
    };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("raise" as const), subject: fc.constantFrom(...SUBJECTS), priority: fc.nat(2) }),
  fc.record({
    kind: fc.constant("drain" as const),
    outcomes: fc.array(fc.constantFrom("delivered" as const, "retryable" as const, "unknown" as const), {
      minLength: 4,
      maxLength: 4,
    }),
    crashBefore: fc.option(fc.nat(3)),
  }),
);

const outcomeOf = (kind: Outcome<null>["kind"]): Outcome<null> =>
  kind === "delivered" ? { kind, value: null } : { kind, reason: "server-error" };

test("for any order of raises, answers and crashes every subject ends shown at its newest revision, in order", async () => {
  await using directory = await temporaryDirectory();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const clock = createFakeClock(1_800_000_000_000);
      const file = join(directory.path, `run-${run++}.sqlite`);
      const store = await openSqliteStore({ file, migrations: [queueMigrations] });
      let processCount = 0;
      // Each log is what the next process after a crash would open.
      const openLog = () =>
        createDeliveryLog({
          store: { ...store, exclusiveOwner: `process ${processCount++}` },
          now: clock.now,
          random: () => 0.5,
        });
      let log = openLog();
      const wanted = new Map<string, number>();
      /** Calls that were done or may have been, and how many of them the settlements own up to. */
      const made = new Map<string, number>();
      const admitted = new Map<string, number>();
      const count = (counts: Map<string, number>, key: string, by: number) =>
        counts.set(key, (counts.get(key) ?? 0) + by);
      const shown = new Map<string, number[]>();

      async function drain(outcomes: readonly Outcome<null>["kind"][], crashBefore: number | null): Promise<void> {
        const lease = await log.lease(LANE, { leaseMs: 30_000 });
        if (lease === null) return;
        const sends = await next(lease);
        for (const [index, send] of sends.entries()) {
          const outcome = outcomeOf(outcomes[index] ?? "delivered");
          for (const { subjectId } of send.covers) {
            if (outcome.kind !== "retryable") count(made, subjectId, 1);
            if (outcome.kind === "delivered" && crashBefore !== index)
              count(admitted, subjectId, send.lostAnswerCount + 1);
          }
          // What may have been done is taken as done: the world saw this revision.
          if (outcome.kind !== "retryable")
            for (const { subjectId, revision } of send.covers) shown.get(subjectId)?.push(revision);
          if (crashBefore === index) {
            log = openLog();
            return;
          }
          await store.write((tx) => log.settle(tx, lease, send, outcome));
        }
        await log.release(lease);
      }

      async function next(lease: Lease): Promise<readonly Send[]> {
        const resumed = await log.resume(lease, 4);
        if (resumed.length > 0) return resumed;
        const due = await log.due(lease, 4);
        return log.seal(
          lease,
          due.map((delivery) => ({
            operation: null,
            covers: [{ deliveryId: delivery.deliveryId, revision: wanted.get(delivery.subjectId) ?? 0 }],
          })),
        );
      }

      for (const each of steps) {
        if (each.kind === "raise") {
          const revision = (wanted.get(each.subject) ?? 0) + 1;
          wanted.set(each.subject, revision);
          if (!shown.has(each.subject)) shown.set(each.subject, []);
          await store.write((tx) =>
            log.owe(tx, [{ ...LANE, subjectId: each.subject, revision, priority: each.priority, dueAt: clock.now() }]),
          );
        } else {
          await drain(each.outcomes, each.crashBefore);
        }
        clock.advance(100);
      }
      for (let round = 0; round < 20 && (await log.status()).openDeliveryCount > 0; round++) {
        clock.advance(120_000);
        await drain([], null);
      }

      expect(await log.status()).toEqual({ openDeliveryCount: 0, deadLetterCount: 0, oldestCreatedAt: null });
      for (const [subject, revisions] of shown) {
        expect(revisions.at(-1)).toBe(wanted.get(subject));
        expect(revisions).toEqual(revisions.toSorted((one, other) => one - other));
      }
      // Every call that may have left a second message behind is counted, one before a crash included.
      for (const [subject, times] of made) expect(admitted.get(subject)).toBeGreaterThanOrEqual(times);
      await store.close();
    }),
    { numRuns: 60 },
  );
});
