import type { EngineEvent } from "@tocsin/engine";

/** The part of a logger that is used here. */
interface WarnLogger {
  warn(fields: object, message: string): void;
}

/** A rate limit asks to wait for a moment all the time, and that is no news. */
const LONG_PAUSE_MS = 5_000;
/** A row of failures is told once in that time for each destination. */
const QUIET_MS = 60_000;

/**
 * Logs what an operator should see of deliveries: each dead letter, each thread or note that Discord refused, and that a
 * destination fails or is paused for long, once a minute for each destination. The logger masks secrets.
 */
export function createEventLog(logger: WarnLogger, now: () => number = Date.now): (event: EngineEvent) => void {
  const loggedAt = new Map<string, number>();
  return (event) => {
    const { destination, reason } = event;
    if (event.kind === "dead-letter") {
      const { alertId, details, mayBeDelivered } = event;
      const fields = { destination, alert_id: alertId, reason, details, may_be_delivered: mayBeDelivered };
      logger.warn(fields, "a delivery was given up");
      return;
    }
    if (event.kind === "step-skipped") {
      const { alertId, step, details } = event;
      logger.warn({ destination, alert_id: alertId, step, reason, details }, "a step beside a message was left out");
      return;
    }
    const key = `${event.organizationId} ${destination}`;
    const pauseMs = event.untilAt - now();
    if (reason === "rate-limited" && pauseMs <= LONG_PAUSE_MS) return;
    if (now() - (loggedAt.get(key) ?? -Infinity) < QUIET_MS) return;
    loggedAt.set(key, now());
    logger.warn({ destination, reason, pause_ms: Math.max(0, Math.round(pauseMs)) }, "a destination is paused");
  };
}
