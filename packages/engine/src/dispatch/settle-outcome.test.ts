import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeliveryLog, Lease, Send } from "@tocsin/queue";
import { openSqliteStore } from "@tocsin/store";
import { expect, test } from "vitest";
import { entryOf, MESSAGE_ID, NOW } from "../../test/plan-states.ts";
import { entriesOfLane, recordEntries } from "../ledger/ledger.ts";
import { engineMigrations } from "../migrations.ts";
import type { SealedCall } from "../plan/sealed-call.ts";
import { createLaneMemory } from "./lane-memory.ts";
import { settleOutcome } from "./settle-outcome.ts";

const LANE = { organizationId: "default", laneId: "alerts" };
const LEASE: Lease = { ...LANE, owner: "one", fence: 1, expiresAt: NOW + 30_000, failureCount: 0 };
const CALL: SealedCall = {
  step: "edit",
  operation: { kind: "edit", messageId: MESSAGE_ID, message: { content: "x" } },
  face: "alert",
  shows: [{ subjectId: "alt_1", revision: 2, told: null, followedBy: "nothing" }],
};
const SEND = { ...LANE, sendId: "s1", operation: CALL, covers: [], lostAnswerCount: 0 } as unknown as Send;

test("an answer that waited for the lane's lock keeps what another one has recorded meanwhile", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tocsin-"));
  const store = await openSqliteStore({ file: join(folder, "ledger.sqlite"), migrations: engineMigrations });
  try {
    await store.write((tx) => recordEntries(tx, "default", [entryOf({ toldSeverity: "warn" })]));
    // In Postgres, the notice of the same alert is settled by another transaction, and this one waits for it here.
    const settle: DeliveryLog["settle"] = async (tx) => {
      await recordEntries(tx, "default", [entryOf({ toldSeverity: "critical" })]);
      return { kind: "settled", openDeliveryIds: [] };
    };
    await settleOutcome({
      store,
      log: { settle } as DeliveryLog,
      memory: createLaneMemory(),
      lease: LEASE,
      send: SEND,
      executed: {
        outcome: { kind: "delivered", value: { channelId: "1", messageId: MESSAGE_ID } },
        possibleDuplicateCount: 0,
      },
      nowMs: NOW,
    });
    const entries = await entriesOfLane(store.read, LANE, ["alt_1"]);
    expect(entries.get("alt_1")).toMatchObject({ revision: 2, toldSeverity: "critical" });
  } finally {
    await store.close();
    await rm(folder, { recursive: true });
  }
});
