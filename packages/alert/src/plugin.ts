export type { Json, Outcome, Reason } from "./outcome.ts";
export type {
  AlertExporter,
  AlertProcessor,
  AlertReceiver,
  AlertRevision,
  Awaitable,
  ExportContext,
  ProcessorContext,
  Receipt,
  ReceiverRequest,
  ReceiverResult,
} from "./plugin-contracts.ts";
