import type { AlertProvider } from "./provider.ts";
import { ensureSlot, findSlot, report } from "./slot.ts";

const nothingToUndo = (): void => {};

/**
 * Makes `provider` the receiver of every alert in this process, those of handles taken earlier too. Only applications
 * call this, once.
 *
 * Returns a function that undoes it: afterwards handles do nothing until the next `register`; calling it again does
 * nothing. A second `register` while one holds changes nothing, is reported as `already-registered`, and returns a
 * function that does nothing. Never throws.
 */
export function register(provider: AlertProvider): () => void {
  const slot = ensureSlot();
  if (slot === undefined) {
    report({ kind: "incompatible", message: "the provider is not registered: the global slot is not usable" });
    return nothingToUndo;
  }
  if (slot.provider !== undefined) {
    report({ kind: "already-registered", message: "a provider is registered already; the second one is ignored" });
    return nothingToUndo;
  }
  slot.provider = provider;
  let registered = true;
  return () => {
    if (registered && slot.provider === provider) slot.provider = undefined;
    registered = false;
  };
}

/** Whether a provider is registered: `false` means that no alert goes anywhere. Never throws. */
export function enabled(): boolean {
  return findSlot()?.provider !== undefined;
}
