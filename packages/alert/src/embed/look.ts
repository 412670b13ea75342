import type { Alert, Severity } from "../alert.ts";

/** How an alert catches the eye: an icon before its title and the colour of the bar, 0xRRGGBB. */
export interface Look {
  readonly icon: string;
  readonly color: number;
}

const ACTIVE: Readonly<Record<Severity, Look>> = {
  info: { icon: "ℹ️", color: 0x3b82f6 },
  warn: { icon: "⚠️", color: 0xf59e0b },
  critical: { icon: "🚨", color: 0xdc2626 },
};

/** How a resolved alert looks, whatever it was. */
export const RESOLVED: Look = { icon: "✅", color: 0x16a34a };

/** Severity decides while the alert is active; a resolved one is green whatever it was. */
export function lookOf(alert: Pick<Alert, "severity" | "status">): Look {
  return alert.status === "resolved" ? RESOLVED : ACTIVE[alert.severity];
}
