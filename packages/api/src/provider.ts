import type { AlertInput, Severity } from "./alert-input.ts";

/** Raises alerts in the name of one library or application. */
export interface AlertEmitter {
  /** Hands `alert` over and returns at once. */
  emit(alert: AlertInput): void;
  /** Whether an alert (of this severity) would go anywhere. Lets a caller skip the work of building one. */
  enabled(severity?: Severity): boolean;
}

/**
 * What an application registers to receive alerts.
 *
 * It is called synchronously on the emitting program's stack, so it should only take the alert over. What it throws,
 * or a promise that it returns and that rejects, is reported to the diagnostics hook and never reaches the emitter.
 */
export interface AlertProvider {
  /** Returns the emitter for one name and version. Called once for each handle, when the handle is first used. */
  getEmitter(name: string, version?: string): AlertEmitter;
}
