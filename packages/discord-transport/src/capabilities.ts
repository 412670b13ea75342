import type { TransportCapabilities } from "./transport.ts";

/** What every webhook transport can do. */
export const WEBHOOK_CAPABILITIES: TransportCapabilities = {
  enforcesNonce: false,
  edits: true,
  replies: false,
  startsThreads: false,
  managesThreads: false,
  reacts: false,
  reads: false,
  interacts: false,
};

/** What a bot transport can do. In a forum every message is a thread's already: there `startsThreads` is false. */
export const BOT_CAPABILITIES: TransportCapabilities = {
  enforcesNonce: true,
  edits: true,
  replies: true,
  startsThreads: true,
  managesThreads: true,
  reacts: true,
  reads: true,
  interacts: true,
};
