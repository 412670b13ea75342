export type {
  Alert,
  AlertContext,
  AlertLink,
  AlertPatch,
  AlertStatus,
  AlertThreshold,
  AlertType,
  ContextValue,
  Severity,
} from "./alert.ts";
export type { Invalid } from "./check-input.ts";
export { fingerprint } from "./fingerprint.ts";
export type { Issue } from "./issue.ts";
export { type ParsedAlert, parseAlert } from "./parse-alert.ts";
export { type ParsedAlertPatch, parseAlertPatch } from "./parse-alert-patch.ts";
export { type AlertInput, AlertInputSchema, type AlertPatchInput, AlertPatchInputSchema } from "./schema.ts";
