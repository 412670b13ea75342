/** When the events of a REST call go out: after its answer was sent, or before. */
export type EventOrder = "after" | "before";

/** What may be chosen about the Gateway. */
export interface GatewayOptions {
  /** Whether events of a call to Discord's API go out after its answer or before it. @default "after" */
  readonly events?: EventOrder;
  /** What HELLO tells, milliseconds; a client that is silent 1.5 times as long is sent away with 4009. @default 41250 */
  readonly heartbeatIntervalMs?: number;
  /** How long a session waits for its client to resume it, milliseconds. @default 120000 */
  readonly resumeWindowMs?: number;
  /** Dispatches of a session that can be replayed. @default 1000 */
  readonly maxReplayCount?: number;
  /** Identifies of a bot that may happen at once, every 5 seconds. @default 1 */
  readonly maxConcurrency?: number;
}

/** The options with everything filled in. */
export type GatewaySettings = Required<Omit<GatewayOptions, "events">> & {
  /** How many more there may be that a connected client has not read yet. */
  readonly maxUnreadCount: number;
  /** Characters of a session's dispatches that can be replayed. */
  readonly maxReplayChars: number;
};

/** Fills in what was not chosen. */
export function toGatewaySettings(options: GatewayOptions): GatewaySettings {
  const { heartbeatIntervalMs = 41_250, resumeWindowMs = 120_000, maxReplayCount = 1000, maxConcurrency = 1 } = options;
  const maxUnreadCount = 10_000;
  return {
    heartbeatIntervalMs,
    resumeWindowMs,
    maxReplayCount,
    maxConcurrency,
    maxUnreadCount,
    maxReplayChars: 8 * 1024 * 1024,
  };
}
