import type { Outcome } from "@tocsin/alert/plugin";
import type { DiscordOperation, MessageRef } from "@tocsin/discord-transport";
import type { DeliveryLog, Lease, Send, Settlement } from "@tocsin/queue";
import type { Store } from "@tocsin/store";
import { forgetMessages, recordMessage } from "../ledger/ledger.ts";

/** "Unknown Message" and, of a message in a thread, "Unknown Channel": somebody deleted what was to be edited. */
const UNKNOWN_MESSAGE = 10008;
const UNKNOWN_CHANNEL = 10003;

function isDeletedMessage(operation: DiscordOperation | null, outcome: Outcome<MessageRef>): boolean {
  if (operation?.kind !== "edit" || outcome.kind !== "rejected") return false;
  const code = (outcome.details as { readonly code?: unknown } | undefined)?.code;
  return code === UNKNOWN_MESSAGE || (code === UNKNOWN_CHANNEL && operation.threadId !== undefined);
}

interface SettleInput {
  readonly store: Store;
  readonly log: DeliveryLog;
  readonly lease: Lease;
  readonly send: Send;
  readonly outcome: Outcome<MessageRef>;
  /** Whether a repeated call cannot make a second message. */
  readonly enforcesNonce: boolean;
  readonly nowMs: number;
}

/** Records an answer, the ledger and the delivery in one transaction. */
export function settleOutcome(input: SettleInput): Promise<Settlement> {
  const { store, log, lease, send, outcome, enforcesNonce, nowMs } = input;
  const operation = send.operation as unknown as DiscordOperation | null;
  const subjectIds = send.covers.map(({ subjectId }) => subjectId);
  return store.write(async (tx) => {
    if (isDeletedMessage(operation, outcome)) {
      if (!(await log.replan(tx, lease, send))) return { kind: "fenced" };
      await forgetMessages(tx, lease, subjectIds);
      return { kind: "reopened", dueAt: nowMs };
    }
    const settlement = await log.settle(tx, lease, send, outcome);
    if (settlement.kind !== "settled" || outcome.kind !== "delivered") return settlement;
    // Only a call that creates something can leave a second one behind.
    const possibleDuplicateCount = operation?.kind === "send" && !enforcesNonce ? send.lostAnswerCount : 0;
    for (const { subjectId, revision } of send.covers) {
      await recordMessage(tx, send.organizationId, {
        ...outcome.value,
        laneId: send.laneId,
        subjectId,
        revision,
        sentAt: nowMs,
        possibleDuplicateCount,
      });
    }
    return settlement;
  });
}
