import type { AlertRecord } from "../engine.ts";
import type { LedgerEntry } from "../ledger/ledger-entry.ts";
import { isWorse } from "../routing/delivery-options.ts";

/** What has become of an alert since people were last told. */
export type News = "escalated" | "reopened" | "resolved" | "eased";

/** The news of an alert, or `null` when people know. Pure. */
export function newsOf({ alert }: AlertRecord, told: Pick<LedgerEntry, "toldSeverity" | "toldStatus">): News | null {
  if (alert.status !== told.toldStatus) return alert.status === "resolved" ? "resolved" : "reopened";
  if (alert.status === "resolved" || told.toldSeverity === null) return null;
  if (isWorse(alert.severity, told.toldSeverity)) return "escalated";
  return isWorse(told.toldSeverity, alert.severity) ? "eased" : null;
}
