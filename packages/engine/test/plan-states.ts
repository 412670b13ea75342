import { BOT_CAPABILITIES, type TransportCapabilities, WEBHOOK_CAPABILITIES } from "@tocsin/discord-transport";
import type { Delivery } from "@tocsin/queue";
import type { AlertRecord } from "../src/index.ts";
import type { LedgerEntry } from "../src/ledger/ledger-entry.ts";
import type { StepContext, SubjectState } from "../src/plan/next-step.ts";
import type { PlanInput } from "../src/plan/plan-lane.ts";
import { type DeliveryOptions, resolveDelivery } from "../src/routing/delivery-options.ts";
import { alertOf } from "./harness.ts";

export const NOW = 1_800_000_000_000;
/** Of a message, and of the thread that began with it. */
export const MESSAGE_ID = "200000000000000001";

export function recordOf(alert: Record<string, unknown> = {}, more: Partial<AlertRecord> = {}): AlertRecord {
  return {
    id: "alt_1",
    revision: 1,
    alert: alertOf({ title: "disk full", ...alert }),
    createdAt: NOW - 60_000,
    updatedAt: NOW,
    resolvedAt: alert.status === "resolved" ? NOW : null,
    ...more,
  };
}

export function entryOf(more: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    laneId: "alerts",
    subjectId: "alt_1",
    revision: 1,
    channelId: "100000000000000001",
    messageId: MESSAGE_ID,
    sentAt: NOW - 60_000,
    postedAt: NOW - 60_000,
    possibleDuplicateCount: 0,
    face: "alert",
    position: 0,
    memberCount: 1,
    toldSeverity: "info",
    toldStatus: "active",
    ownThreadId: null,
    threadState: "none",
    threadTags: null,
    ...more,
  };
}

/** An alert that has its thread. */
export const inThread = (more: Partial<LedgerEntry> = {}): LedgerEntry =>
  entryOf({ ownThreadId: MESSAGE_ID, threadState: "open", ...more });

/** A forum post: the thread begins with the message, and their ids are one. */
export const asPost = (more: Partial<LedgerEntry> = {}): LedgerEntry =>
  inThread({ threadId: MESSAGE_ID, channelId: MESSAGE_ID, ...more });

export const contextOf = (more: Partial<StepContext> = {}): StepContext => ({
  nowMs: NOW,
  capabilities: WEBHOOK_CAPABILITIES,
  isForum: false,
  forumTagIds: undefined,
  oldEditsRefusedUntil: 0,
  ...more,
});

export const byBot = (more: Partial<StepContext> = {}): StepContext =>
  contextOf({ capabilities: BOT_CAPABILITIES, ...more });

export function stateOf(
  record: AlertRecord,
  entry?: LedgerEntry,
  {
    capabilities = WEBHOOK_CAPABILITIES,
    ...options
  }: DeliveryOptions & { readonly capabilities?: TransportCapabilities } = {},
): SubjectState {
  return { record, entry, delivery: resolveDelivery(options, undefined, capabilities), condition: undefined };
}

const deliveryOf = (record: AlertRecord, priority = 0): Delivery => ({
  organizationId: "default",
  laneId: "alerts",
  deliveryId: `d-${record.id}`,
  subjectId: record.id,
  revision: record.revision,
  priority,
  dueAt: NOW,
  createdAt: NOW,
  attemptCount: 0,
  traceparent: null,
});

/** A lane that owes some alerts. */
export function planInputOf(
  records: readonly AlertRecord[],
  entries: readonly LedgerEntry[] = [],
  {
    options = {},
    due = records,
    ...more
  }: Partial<PlanInput> & { readonly options?: DeliveryOptions; readonly due?: readonly AlertRecord[] } = {},
): PlanInput {
  const capabilities = more.capabilities ?? WEBHOOK_CAPABILITIES;
  return {
    nowMs: NOW,
    destination: {},
    capabilities,
    deliveries: due.map((record) => deliveryOf(record)),
    subjects: new Map(records.map((record) => [record.id, record])),
    ledger: new Map(entries.map((entry) => [entry.subjectId, entry])),
    deliveryOf: () => resolveDelivery(options, undefined, capabilities),
    conditions: new Map(),
    oldEditsRefusedUntil: 0,
    sealed: new Set(),
    strict: new Set(),
    ...more,
  };
}
