import type { DeliveryLog, Lease, Send, Settlement, Unfinished } from "@tocsin/queue";
import type { Store, Tx } from "@tocsin/store";
import { entriesOfLane, forgetMessages, recordEntries } from "../ledger/ledger.ts";
import type { LedgerEntry } from "../ledger/ledger-entry.ts";
import { entryAfter, entryAfterRefusal } from "../plan/entry-after.ts";
import { OLD_MESSAGE_MS } from "../plan/next-step.ts";
import type { SealedCall, Shown } from "../plan/sealed-call.ts";
import { AFTERCARE_PRIORITY } from "../priority.ts";
import type { Executed } from "./execute-send.ts";
import { type Judgement, judgeAnswer } from "./judge-answer.ts";
import type { LaneMemory } from "./lane-memory.ts";

export interface SettleInput {
  readonly store: Store;
  readonly log: DeliveryLog;
  readonly memory: LaneMemory;
  readonly lease: Lease;
  readonly send: Send;
  readonly executed: Executed;
  readonly nowMs: number;
}

/** What became of a call. */
export interface Settled {
  readonly settlement: Settlement;
  /** Whether Discord refused something beside the message, which is left undone. */
  readonly isSkipped: boolean;
}

/** Records an answer, the ledger and the delivery in one transaction. */
export async function settleOutcome(input: SettleInput): Promise<Settled> {
  const { store, log, lease, send, executed } = input;
  const call = send.operation as unknown as SealedCall | null;
  let judgement: Judgement = { kind: "settle" };
  const settlement = await store.write(async (tx): Promise<Settlement> => {
    if (call === null) return log.settle(tx, lease, send, executed.outcome);
    const isDelivered = executed.outcome.kind === "delivered";
    const first = call.shows[0]?.subjectId ?? "";
    judgement = judgeAnswer(
      {
        call,
        entry: isDelivered ? undefined : (await entriesOfLane(tx, lease, [first])).get(first),
        isStrict: isNoted(input, call, "strict"),
        wasUnarchived: isNoted(input, call, "unarchived"),
        mayBeDone: send.lostAnswerCount > 0,
      },
      executed.outcome,
    );
    if (judgement.kind === "settle") return settleAsItIs(tx, call, input);
    if (!(await log.replan(tx, lease, send))) return { kind: "fenced" };
    await changeLedger(tx, judgement, call, input);
    return { kind: "settled", openDeliveryIds: send.covers.map(({ deliveryId }) => deliveryId) };
  });
  // After the commit: a work may run more than once, and one that failed has changed nothing.
  if (call !== null && settlement.kind !== "fenced") remember(judgement, call, input);
  return { settlement, isSkipped: judgement.kind === "skip" && settlement.kind !== "fenced" };
}

/** Whether something was tried for a call already; then that does not help, or there is nothing to be done about it. */
function isNoted({ memory, lease, send }: SettleInput, call: SealedCall, note: "strict" | "unarchived"): boolean {
  const covered = new Set(send.covers.map(({ subjectId }) => subjectId));
  return call.shows.some(
    ({ subjectId, revision }) => covered.has(subjectId) && memory[note].has(lease, subjectId, revision),
  );
}

async function settleAsItIs(
  tx: Tx,
  call: SealedCall,
  { log, lease, send, executed, nowMs }: SettleInput,
): Promise<Settlement> {
  const { outcome, possibleDuplicateCount } = executed;
  const settlement = await log.settle(tx, lease, send, outcome, { unfinished: unfinishedOf(send, call) });
  if (settlement.kind !== "settled" || outcome.kind !== "delivered") return settlement;
  const entries = await shownEntries(tx, lease, call);
  const answered = { laneId: send.laneId, ref: outcome.value, nowMs, possibleDuplicateCount };
  const after = call.shows.flatMap((shown) => entryAfter(entries.get(shown.subjectId), call, shown, answered) ?? []);
  await recordEntries(tx, send.organizationId, after);
  return settlement;
}

/**
 * What the ledger says of all that a call shows. Read after the delivery log has locked the lane: in Postgres another answer that
 * is recorded at the same time may be about the same subjects, and must not be overwritten by what was true before it.
 */
const shownEntries = (tx: Tx, lease: Lease, { shows }: SealedCall): Promise<ReadonlyMap<string, LedgerEntry>> =>
  entriesOfLane(
    tx,
    lease,
    shows.map(({ subjectId }) => subjectId),
  );

/** What more is to be done for the deliveries of a call: about their message first, about their threads last of all. */
function unfinishedOf(send: Send, { shows }: SealedCall): readonly Unfinished[] {
  const bySubject = new Map<string, Shown>(shows.map((shown) => [shown.subjectId, shown]));
  return send.covers.flatMap(({ deliveryId, subjectId }) => {
    const followedBy = bySubject.get(subjectId)?.followedBy ?? "nothing";
    if (followedBy === "nothing") return [];
    return [followedBy === "thread" ? { deliveryId, priority: AFTERCARE_PRIORITY } : { deliveryId }];
  });
}

async function changeLedger(
  tx: Tx,
  judgement: Judgement,
  call: SealedCall,
  { lease, send, nowMs }: SettleInput,
): Promise<void> {
  const covered = send.covers.map(({ subjectId }) => subjectId);
  if (judgement.kind === "forget") return forgetMessages(tx, lease, covered);
  const entries = await shownEntries(tx, lease, call);
  const change = (entry: LedgerEntry, shown: Shown): LedgerEntry | null => {
    if (judgement.kind === "skip") return entryAfterRefusal(entry, call, shown);
    if (judgement.kind === "open-thread") return { ...entry, threadState: "closed" };
    if (judgement.kind !== "reply") return null;
    // Discord knows how old it is. Here it may look younger: found after a crash, or by another clock.
    return { ...entry, postedAt: Math.min(entry.postedAt, nowMs - OLD_MESSAGE_MS) };
  };
  const changed = call.shows.flatMap((shown) => {
    const entry = entries.get(shown.subjectId);
    return (entry !== undefined && change(entry, shown)) || [];
  });
  await recordEntries(tx, send.organizationId, changed);
}

function remember(judgement: Judgement, call: SealedCall, { memory, lease, send, nowMs }: SettleInput): void {
  if (judgement.kind === "reply") memory.refuseOldEdits(lease, nowMs + judgement.retryAfterMs);
  if (judgement.kind !== "strict" && judgement.kind !== "open-thread") return;
  const notes = judgement.kind === "strict" ? memory.strict : memory.unarchived;
  const covered = new Set(send.covers.map(({ subjectId }) => subjectId));
  for (const { subjectId, revision } of call.shows) {
    if (covered.has(subjectId)) notes.add(lease, subjectId, revision);
  }
}
