import type { Diagnostic, DiagnosticsHook } from "./diagnostics.ts";
import type { AlertProvider } from "./provider.ts";

/** Where all copies of this package in one process meet. */
const SLOT_KEY = Symbol.for("tocsin.api");

/** Raised when the slot's shape or the meaning of its members changes. Copies with another number do not talk. */
const COMPATIBILITY = 1;

/** State shared by every compatible copy of this package. */
export interface Slot {
  readonly compatibility: typeof COMPATIBILITY;
  provider: AlertProvider | undefined;
  diagnostics: DiagnosticsHook | undefined;
}

/** Kept beside the slot's hook, for the case that the slot belongs to somebody else. */
let localDiagnostics: DiagnosticsHook | undefined;
let incompatibleReported = false;

function readGlobal(): unknown {
  return (globalThis as Record<symbol, unknown>)[SLOT_KEY];
}

function isCompatible(value: unknown): value is Slot {
  return typeof value === "object" && value !== null && (value as Partial<Slot>).compatibility === COMPATIBILITY;
}

/**
 * Returns the shared slot; `undefined` while nobody made one, or when what is there is not compatible (reported once).
 * Never throws.
 */
export function findSlot(): Slot | undefined {
  try {
    const found = readGlobal();
    if (isCompatible(found)) return found;
    if (found !== undefined && !incompatibleReported) {
      incompatibleReported = true;
      report({
        kind: "incompatible",
        message: "another version of @tocsin/api holds the global slot; alerts go nowhere",
      });
    }
  } catch {
    // A hostile global is the same as none.
  }
  return undefined;
}

/** As {@link findSlot}, but makes the slot when there is none. */
export function ensureSlot(): Slot | undefined {
  try {
    if (readGlobal() === undefined) {
      const slot: Slot = { compatibility: COMPATIBILITY, provider: undefined, diagnostics: localDiagnostics };
      Object.defineProperty(globalThis, SLOT_KEY, { value: slot, configurable: true });
    }
  } catch (error) {
    report({ kind: "incompatible", message: "the global slot of @tocsin/api cannot be made", error });
  }
  return findSlot();
}

/** Tells the diagnostics hook, if there is one. Never throws. */
export function report(diagnostic: Diagnostic): void {
  try {
    const found = readGlobal();
    const hook = (isCompatible(found) ? found.diagnostics : undefined) ?? localDiagnostics;
    // Typed void, but an async function fits that type.
    const returned: unknown = hook?.(diagnostic);
    if (returned instanceof Promise) returned.catch(() => undefined);
  } catch {
    // The last resort is silence: a broken hook must not break the program that emits.
  }
}

/**
 * Sets the function that hears what this package may not throw: for every copy in the process, replacing the one before.
 * `null` removes it. Never throws.
 */
export function setDiagnostics(hook: DiagnosticsHook | null): void {
  localDiagnostics = hook ?? undefined;
  incompatibleReported = false;
  const slot = ensureSlot();
  if (slot !== undefined) slot.diagnostics = localDiagnostics;
}
