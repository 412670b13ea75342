import type { Alert } from "@tocsin/alert";
import type { AlertRecord } from "../engine.ts";

/** The first revision of an alert. Pure. */
export function firstRevision(id: string, alert: Alert, nowMs: number): AlertRecord {
  return {
    id,
    revision: 1,
    alert,
    createdAt: nowMs,
    updatedAt: nowMs,
    resolvedAt: alert.status === "resolved" ? nowMs : null,
  };
}

/**
 * What a resolve makes of an alert. It often says little more than that it is over, so that what it leaves out stays:
 * people still read there what was wrong, and how bad it was. Pure.
 */
export function resolvedAlert(current: Alert, resolve: Alert): Alert {
  return {
    ...current,
    ...resolve,
    status: "resolved",
    severity: current.severity,
    type: resolve.type === "custom" ? current.type : resolve.type,
    context: Object.keys(resolve.context).length === 0 ? current.context : resolve.context,
  };
}

/** The next revision: the newest content, the first time. Pure. */
export function nextRevision(current: AlertRecord, alert: Alert, nowMs: number): AlertRecord {
  const resolvedAt = alert.status === "resolved" ? (current.resolvedAt ?? nowMs) : null;
  return { ...current, revision: current.revision + 1, alert, updatedAt: nowMs, resolvedAt };
}
