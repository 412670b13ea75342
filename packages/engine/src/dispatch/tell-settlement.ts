import type { Outcome, Reason } from "@tocsin/alert/plugin";
import type { Send, Settlement } from "@tocsin/queue";
import type { EngineEvent } from "../engine.ts";
import type { SealedCall } from "../plan/sealed-call.ts";

/** Nothing has failed: the process ends, waits for its own limits, or was too late with its lease. */
const SILENT_REASONS = new Set<Reason>(["aborted", "deferred", "expired"]);

/** A call and what became of it. */
export interface ToldSettlement {
  readonly send: Send;
  readonly outcome: Outcome<unknown>;
  readonly settlement: Settlement;
  readonly isSkipped: boolean;
}

/** Tells an operator what became of a call that did not succeed. */
export function tellSettlement(
  { send, outcome, settlement, isSkipped }: ToldSettlement,
  onEvent: (event: EngineEvent) => void,
): void {
  if (outcome.kind === "delivered") return;
  const { organizationId, laneId: destination, covers } = send;
  const { reason } = outcome;
  const details = outcome.details ?? null;
  if (settlement.kind === "dead" && settlement.deadLetterIds.length > 0) {
    const mayBeDelivered = outcome.kind === "unknown" || send.lostAnswerCount > 0;
    for (const { subjectId: alertId } of covers) {
      onEvent({ kind: "dead-letter", organizationId, destination, alertId, reason, details, mayBeDelivered });
    }
  }
  if (isSkipped) {
    const { step } = send.operation as unknown as SealedCall;
    for (const { subjectId: alertId } of covers) {
      onEvent({ kind: "step-skipped", organizationId, destination, alertId, step, reason, details });
    }
  }
  const pauses = settlement.kind === "reopened" || settlement.kind === "unknown";
  if (pauses && outcome.kind !== "rejected" && !SILENT_REASONS.has(reason)) {
    onEvent({ kind: "destination-paused", organizationId, destination, reason, untilAt: settlement.dueAt });
  }
}
