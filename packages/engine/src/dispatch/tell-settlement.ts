import type { Outcome, Reason } from "@tocsin/alert/plugin";
import type { Send, Settlement } from "@tocsin/queue";
import type { EngineEvent } from "../engine.ts";

/** Nothing has failed: the process ends, waits for its own limits, or was too late with its lease. */
const SILENT_REASONS = new Set<Reason>(["aborted", "deferred", "expired"]);

/** Tells an operator what became of a call that did not succeed. */
export function tellSettlement(
  send: Send,
  outcome: Outcome<unknown>,
  settlement: Settlement,
  onEvent: (event: EngineEvent) => void,
): void {
  if (outcome.kind === "delivered") return;
  const { organizationId, laneId: destination } = send;
  if (settlement.kind === "dead" && settlement.deadLetterIds.length > 0) {
    for (const { subjectId } of send.covers) {
      onEvent({
        kind: "dead-letter",
        organizationId,
        destination,
        alertId: subjectId,
        reason: outcome.reason,
        details: outcome.details ?? null,
        mayBeDelivered: outcome.kind === "unknown" || send.lostAnswerCount > 0,
      });
    }
  }
  const pauses = settlement.kind === "reopened" || settlement.kind === "unknown";
  if (pauses && outcome.kind !== "rejected" && !SILENT_REASONS.has(outcome.reason)) {
    onEvent({
      kind: "destination-paused",
      organizationId,
      destination,
      reason: outcome.reason,
      untilAt: settlement.dueAt,
    });
  }
}
