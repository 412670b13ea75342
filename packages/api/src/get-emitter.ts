import type { AlertInput, Severity } from "./alert-input.ts";
import type { AlertEmitter, AlertProvider } from "./provider.ts";
import { findSlot, report } from "./slot.ts";

function reportFailure(error: unknown): void {
  report({ kind: "provider-failed", message: "the registered alert provider failed", error });
}

/**
 * Returns a handle that raises alerts in the name of `name` (a package's name) and its `version`.
 *
 * It may be taken at any time and kept: it does nothing while no provider is registered, works from the moment one is,
 * and stops when that one is unregistered. Neither taking nor using it ever throws.
 */
export function getEmitter(name: string, version?: string): AlertEmitter {
  let held: { readonly provider: AlertProvider; readonly emitter: AlertEmitter } | undefined;

  function current(): AlertEmitter | undefined {
    const provider = findSlot()?.provider;
    if (provider === undefined) held = undefined;
    else if (held?.provider !== provider) held = { provider, emitter: provider.getEmitter(name, version) };
    return held?.emitter;
  }

  return {
    emit(alert: AlertInput): void {
      try {
        // Typed void, but an async function fits that type, and its unhandled rejection would end the process.
        const returned: unknown = current()?.emit(alert);
        if (returned instanceof Promise) returned.catch(reportFailure);
      } catch (error) {
        reportFailure(error);
      }
    },
    enabled(severity?: Severity): boolean {
      try {
        return current()?.enabled(severity) === true;
      } catch (error) {
        reportFailure(error);
        return false;
      }
    },
  };
}
