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

/** The next revision: the newest content, the first time. Pure. */
export function nextRevision(current: AlertRecord, alert: Alert, nowMs: number): AlertRecord {
  const resolvedAt = alert.status === "resolved" ? (current.resolvedAt ?? nowMs) : null;
  return { ...current, revision: current.revision + 1, alert, updatedAt: nowMs, resolvedAt };
}
