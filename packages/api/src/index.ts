export type { AlertInput, AlertLink, AlertThreshold, ContextValue, Severity } from "./alert-input.ts";
export type { Diagnostic, DiagnosticsHook } from "./diagnostics.ts";
export { getEmitter } from "./get-emitter.ts";
export type { AlertEmitter, AlertProvider } from "./provider.ts";
export { enabled, register } from "./register.ts";
export { setDiagnostics } from "./slot.ts";
