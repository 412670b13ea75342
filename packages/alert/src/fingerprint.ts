import { hash } from "node:crypto";
import type { Alert } from "./alert.ts";

/**
 * A stable identity of what an alert is about: SHA-256, 64 hex digits.
 *
 * Two alerts with the same title, type, monitor, topic and context (in any order) have the same one, whatever their
 * message, severity, status and times. It stays the same between versions of this package.
 */
export function fingerprint(alert: Alert): string {
  const context = Object.entries(alert.context).sort(([left], [right]) => (left < right ? -1 : 1));
  const identity = [alert.title, alert.type, alert.monitor_id ?? null, alert.topic ?? null, context];
  return hash("sha256", JSON.stringify(identity));
}
