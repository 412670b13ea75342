import { BOT_CAPABILITIES, WEBHOOK_CAPABILITIES } from "@tocsin/discord-transport";
import type { Delivery } from "@tocsin/queue";
import type { AlertRecord, Condition, DeliveryOptions, ForumTagIds } from "../../../src/index.ts";
import type { LedgerEntry } from "../../../src/ledger/ledger-entry.ts";
import { entryAfter, entryAfterRefusal } from "../../../src/plan/entry-after.ts";
import type { PlanInput, PlannedSend } from "../../../src/plan/plan-lane.ts";
import { AFTERCARE_PRIORITY, PRIORITY } from "../../../src/priority.ts";
import { resolveDelivery } from "../../../src/routing/delivery-options.ts";
import { alertOf } from "../../harness.ts";

/** How a destination is set up. */
export interface PaperSetup {
  readonly isBot: boolean;
  readonly isForum: boolean;
  readonly forumTagIds: ForumTagIds | undefined;
  readonly options: DeliveryOptions;
}

/** What Discord says to a call. `unknown`: nothing yet; the call is repeated before anything else of its subjects is planned. */
export type PaperAnswer = "delivered" | "unknown" | "retry" | "gone" | "archived" | "too-old" | "refused";

/** A lane on paper: what is wanted, shown and owed, without a store and without Discord. */
export interface PaperLane {
  readonly records: ReadonlyMap<string, AlertRecord>;
  readonly ledger: ReadonlyMap<string, LedgerEntry>;
  readonly openCount: () => number;
  readonly sealedCount: () => number;
  want(subjectId: string, alert: Record<string, unknown>): void;
  keepQuiet(subjectId: string, condition: Condition | undefined): void;
  wasQuiet(subjectId: string): boolean;
  advance(ms: number): void;
  /** What a plan for the first `maxCount` that are due depends on. */
  input(maxCount: number): PlanInput;
  /** The same, for every subject that there is: as if all were due. */
  inputForAll(): PlanInput;
  answer(send: PlannedSend, answer: PaperAnswer): void;
  /** Sealed calls get their answers. */
  answerSealed(answer: "delivered" | "gone"): void;
  close(nothing: readonly { readonly deliveryId: string }[]): void;
  hold(holds: readonly { readonly deliveryId: string; readonly dueAt: number }[]): void;
}

const START_AT = 1_800_000_000_000;
/** Until when Discord refuses edits of old messages, once it does. */
const OLD_EDITS_PAUSE_MS = 60_000;
const LANE = { organizationId: "default", laneId: "alerts" };

export function createPaperLane({ isBot, isForum, forumTagIds, options }: PaperSetup): PaperLane {
  const capabilities = isBot ? { ...BOT_CAPABILITIES, startsThreads: !isForum } : WEBHOOK_CAPABILITIES;
  const records = new Map<string, AlertRecord>();
  const ledger = new Map<string, LedgerEntry>();
  const open = new Map<string, Delivery>();
  const conditions = new Map<string, Condition>();
  const strict = new Map<string, number>();
  const sealed = new Set<PlannedSend>();
  const everQuiet = new Set<string>();
  let nowMs = START_AT;
  let oldEditsRefusedUntil = 0;
  let messageCount = 0;
  let deliveryCount = 0;

  const sealedSubjects = () =>
    new Set([...sealed].flatMap(({ covers }) => covers.map(({ delivery }) => delivery.subjectId)));
  const subjectOf = (deliveryId: string) =>
    [...open.values()].find((delivery) => delivery.deliveryId === deliveryId)?.subjectId ?? "";

  function inputOf(deliveries: readonly Delivery[]): PlanInput {
    return {
      nowMs,
      destination: { ...(isForum ? { forum: true } : {}), ...(forumTagIds === undefined ? {} : { forumTagIds }) },
      capabilities,
      deliveries,
      subjects: new Map(records),
      ledger: new Map(ledger),
      deliveryOf: () => resolveDelivery(options, undefined, capabilities),
      conditions: new Map(conditions),
      oldEditsRefusedUntil,
      sealed: sealedSubjects(),
      strict: new Set([...strict].flatMap(([id, revision]) => (records.get(id)?.revision === revision ? [id] : []))),
    };
  }

  function deliver({ call, covers }: PlannedSend): void {
    if (call === null) {
      for (const { delivery } of covers) open.delete(delivery.subjectId);
      return;
    }
    const { operation } = call;
    const isNew = operation.kind === "send";
    const messageId = isNew
      ? `m${++messageCount}`
      : operation.kind === "update-thread"
        ? operation.threadId
        : operation.messageId;
    const opensPost = isNew && operation.threadName !== undefined;
    const inside = "threadId" in operation ? operation.threadId : undefined;
    const threadId = opensPost || operation.kind === "start-thread" ? messageId : inside;
    const ref = { channelId: threadId ?? "home", messageId, ...(threadId === undefined ? {} : { threadId }) };
    for (const shown of call.shows) {
      const answered = { laneId: LANE.laneId, ref, nowMs, possibleDuplicateCount: 0 };
      const after = entryAfter(ledger.get(shown.subjectId), call, shown, answered);
      if (after !== undefined) ledger.set(shown.subjectId, after);
    }
    for (const { delivery, revision } of covers) {
      const current = open.get(delivery.subjectId);
      if (current === undefined || current.revision > revision) continue;
      const followedBy = call.shows.find(({ subjectId }) => subjectId === delivery.subjectId)?.followedBy;
      if (followedBy === "nothing") open.delete(delivery.subjectId);
      if (followedBy === "thread") open.set(delivery.subjectId, { ...current, priority: AFTERCARE_PRIORITY });
    }
  }

  /** As the dispatcher judges it. */
  function refuse(send: PlannedSend, answer: Exclude<PaperAnswer, "delivered" | "unknown" | "retry">): void {
    const { call, covers } = send;
    if (call === null) {
      deliver(send);
      return;
    }
    const covered = covers.map(({ delivery }) => delivery.subjectId);
    const isThreads = !["post", "edit", "reply", "notice"].includes(call.step);
    if (answer === "gone" && call.operation.kind === "edit") for (const id of covered) ledger.delete(id);
    else if (answer === "too-old" && call.step === "edit") {
      oldEditsRefusedUntil = nowMs + OLD_EDITS_PAUSE_MS;
      for (const { subjectId } of call.shows) {
        const entry = ledger.get(subjectId);
        if (entry !== undefined) ledger.set(subjectId, { ...entry, postedAt: 0 });
      }
    } else if (answer === "archived" && call.operation.kind === "edit" && call.operation.threadId !== undefined) {
      for (const id of covered) ledger.set(id, { ...(ledger.get(id) as LedgerEntry), threadState: "closed" });
    } else if (answer === "refused" && (isThreads || call.step === "notice")) {
      for (const shown of call.shows) {
        const entry = ledger.get(shown.subjectId);
        if (entry !== undefined) ledger.set(shown.subjectId, entryAfterRefusal(entry, call, shown));
      }
    } else if (answer === "refused") {
      for (const { subjectId, revision } of call.shows)
        if (covered.includes(subjectId)) strict.set(subjectId, revision);
    }
  }

  return {
    records,
    ledger,
    openCount: () => open.size,
    sealedCount: () => sealed.size,
    want(subjectId, alert) {
      const before = records.get(subjectId);
      const resolvedAt = alert.status === "resolved" ? nowMs : null;
      const record: AlertRecord = {
        id: subjectId,
        revision: (before?.revision ?? 0) + 1,
        alert: alertOf(alert),
        createdAt: before?.createdAt ?? nowMs,
        updatedAt: nowMs,
        resolvedAt,
      };
      records.set(subjectId, record);
      const known = open.get(subjectId);
      open.set(subjectId, {
        ...LANE,
        deliveryId: known?.deliveryId ?? `d${String(++deliveryCount).padStart(6, "0")}`,
        subjectId,
        revision: record.revision,
        priority: Math.max(PRIORITY[record.alert.severity], known?.priority ?? AFTERCARE_PRIORITY),
        dueAt: nowMs,
        createdAt: known?.createdAt ?? nowMs,
        attemptCount: 0,
        traceparent: null,
      });
    },
    keepQuiet(subjectId, condition) {
      // One that is over is not told of.
      if (condition === undefined || condition.untilAt <= nowMs) conditions.delete(subjectId);
      else conditions.set(subjectId, condition);
      everQuiet.add(subjectId);
    },
    wasQuiet: (subjectId) => everQuiet.has(subjectId),
    advance(ms) {
      nowMs += ms;
      for (const [id, { untilAt }] of conditions) if (untilAt <= nowMs) conditions.delete(id);
    },
    input(maxCount) {
      const waiting = sealedSubjects();
      const due = [...open.values()].filter(({ dueAt, subjectId }) => dueAt <= nowMs && !waiting.has(subjectId));
      due.sort((one, other) => other.priority - one.priority || (one.deliveryId < other.deliveryId ? -1 : 1));
      return inputOf(due.slice(0, maxCount));
    },
    inputForAll: () =>
      inputOf(
        [...records.values()].map(({ id, revision }, index) => ({
          ...LANE,
          deliveryId: `all${index}`,
          subjectId: id,
          revision,
          priority: 0,
          dueAt: nowMs,
          createdAt: nowMs,
          attemptCount: 0,
          traceparent: null,
        })),
      ),
    answer(send, answer) {
      if (answer === "delivered") deliver(send);
      else if (answer === "unknown") sealed.add(send);
      else if (answer !== "retry") refuse(send, answer);
    },
    answerSealed(answer) {
      const waiting = [...sealed];
      sealed.clear();
      for (const send of waiting) {
        if (answer === "delivered") deliver(send);
        else refuse(send, answer);
      }
    },
    close(nothing) {
      for (const { deliveryId } of nothing) open.delete(subjectOf(deliveryId));
    },
    hold(holds) {
      for (const { deliveryId, dueAt } of holds) {
        const delivery = open.get(subjectOf(deliveryId));
        if (delivery !== undefined) open.set(delivery.subjectId, { ...delivery, dueAt });
      }
    },
  };
}
