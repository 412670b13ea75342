import type { Outcome } from "@tocsin/alert/plugin";
import type { DiscordOperation, MessageRef } from "@tocsin/discord-transport";
import type { DeliveryLog, Lease, Send, Settlement } from "@tocsin/queue";
import type { Store } from "@tocsin/store";
import { forgetMessages, recordMessage } from "../ledger/ledger.ts";

/** "Unknown Message": somebody deleted what was to be edited. */
const UNKNOWN_MESSAGE = 10008;

const isDeletedMessage = (operation: DiscordOperation, outcome: Outcome<MessageRef>): boolean =>
  operation.kind === "edit" &&
  outcome.kind === "rejected" &&
  (outcome.details as { readonly code?: unknown } | undefined)?.code === UNKNOWN_MESSAGE;

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
  const operation = send.operation as unknown as DiscordOperation;
  const subjectIds = send.covers.map(({ subjectId }) => subjectId);
  return store.write(async (tx) => {
    if (isDeletedMessage(operation, outcome)) {
      const settlement = await log.settle(tx, lease, send, { kind: "retryable", reason: "aborted" });
      if (settlement.kind !== "fenced") await forgetMessages(tx, lease, subjectIds);
      return settlement;
    }
    const settlement = await log.settle(tx, lease, send, outcome);
    if (settlement.kind !== "settled" || outcome.kind !== "delivered") return settlement;
    // Only a call that creates something can leave a second one behind.
    const lostAnswerCount = operation.kind === "send" && !enforcesNonce ? send.attemptCount - 1 : 0;
    for (const { subjectId, revision } of send.covers) {
      await recordMessage(tx, send.organizationId, {
        ...outcome.value,
        laneId: send.laneId,
        subjectId,
        revision,
        sentAt: nowMs,
        possibleDuplicateCount: lostAnswerCount,
      });
    }
    return settlement;
  });
}
