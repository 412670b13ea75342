import type { Severity } from "@tocsin/alert";
import type { ExecuteOptions } from "@tocsin/discord-transport";

/** What is sent first when a lane is behind. */
export const PRIORITY: Readonly<Record<Severity, number>> = { critical: 2, warn: 1, info: 0 };

/** The same, as Discord's limiter names it. */
export function permitPriority(priority: number): NonNullable<ExecuteOptions["priority"]> {
  if (priority >= PRIORITY.critical) return "critical";
  return priority >= PRIORITY.warn ? "normal" : "low";
}

/** What is done about an alert's thread after its message is shown: behind everything that is not shown yet. */
export const AFTERCARE_PRIORITY = -1;
