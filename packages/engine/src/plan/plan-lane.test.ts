import { parseAlert } from "@tocsin/alert";
import { renderThreadName } from "@tocsin/alert/embed";
import type { Delivery } from "@tocsin/queue";
import { expect, test } from "vitest";
import type { AlertRecord } from "../engine.ts";
import type { LedgerEntry } from "../ledger/ledger.ts";
import { planLane } from "./plan-lane.ts";

const NOW = 1_800_000_000_000;

function recordOf(id: string, revision: number, title = "disk almost full"): AlertRecord {
  const parsed = parseAlert({ title });
  if (parsed.kind === "invalid") throw new Error("invalid");
  return { id, revision, alert: parsed.alert, createdAt: NOW, updatedAt: NOW, resolvedAt: null };
}

const deliveryOf = (subjectId: string, revision: number): Delivery => ({
  organizationId: "default",
  laneId: "alerts",
  deliveryId: `delivery of ${subjectId}`,
  subjectId,
  revision,
  priority: 0,
  dueAt: NOW,
  createdAt: NOW,
  attemptCount: 0,
  traceparent: null,
});

const entryOf = (subjectId: string, revision: number, threadId?: string): LedgerEntry => ({
  laneId: "alerts",
  subjectId,
  revision,
  channelId: "1",
  messageId: "2",
  ...(threadId === undefined ? {} : { threadId }),
  sentAt: NOW,
  possibleDuplicateCount: 0,
});

function plan(options: { record?: AlertRecord; shown?: LedgerEntry; forum?: boolean; wanted?: number }) {
  const { record, shown, forum = false, wanted = 1 } = options;
  return planLane({
    destination: { username: "tocsin", forum },
    deliveries: [deliveryOf("a", wanted)],
    subjects: new Map(record === undefined ? [] : [["a", record]]),
    ledger: new Map(shown === undefined ? [] : [["a", shown]]),
  });
}

test("what is not shown yet becomes a new message of its current revision", () => {
  const { sends, nothing } = plan({ record: recordOf("a", 3), wanted: 2 });
  expect(nothing).toEqual([]);
  expect(sends).toMatchObject([
    { revision: 3, operation: { kind: "send", message: { username: "tocsin", allowed_mentions: { parse: [] } } } },
  ]);
  expect(sends[0]?.operation).not.toHaveProperty("threadName");
});

test("in a forum it becomes a post named by its title", () => {
  const record = recordOf("a", 1, `disk\nalmost ${"🔥".repeat(200)}`);
  const [send] = plan({ record, forum: true }).sends;
  expect(send?.operation).toMatchObject({ threadName: renderThreadName(record.alert.title) });
});

test("what is shown at an older revision is edited where it is", () => {
  expect(plan({ record: recordOf("a", 2), shown: entryOf("a", 1, "9"), wanted: 2 }).sends).toMatchObject([
    { revision: 2, operation: { kind: "edit", messageId: "2", threadId: "9" } },
  ]);
});

test("what is shown at its current revision needs no call", () => {
  expect(plan({ record: recordOf("a", 2), shown: entryOf("a", 2), wanted: 2 })).toEqual({
    sends: [],
    nothing: [{ deliveryId: "delivery of a", revision: 2 }],
  });
});

test("what does not exist any more needs no call", () => {
  expect(plan({ wanted: 4 })).toEqual({ sends: [], nothing: [{ deliveryId: "delivery of a", revision: 4 }] });
});

test("an alert that cannot be rendered is planned without a call, so that it can be buried", () => {
  const broken = { ...recordOf("a", 1), createdAt: Number.NaN };
  expect(plan({ record: broken }).sends).toMatchObject([{ revision: 1, operation: null }]);
});
