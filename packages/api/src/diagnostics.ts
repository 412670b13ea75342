/**
 * Something that went wrong where nobody may be thrown at.
 *
 * - `already-registered`: a second `register` changed nothing
 * - `incompatible`: another version of this package, or a stranger, holds the global slot, so alerts go nowhere
 * - `provider-failed`: the registered provider threw or rejected; `error` is what it threw
 */
export interface Diagnostic {
  readonly kind: "already-registered" | "incompatible" | "provider-failed";
  readonly message: string;
  readonly error?: unknown;
}

/** Receives diagnostics. What it throws, or rejects with, is dropped. */
export type DiagnosticsHook = (diagnostic: Diagnostic) => void;
