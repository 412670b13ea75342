import type { JsonObject } from "../json.ts";
import type { LimitScope } from "../limits/limiter.ts";

/** What goes wrong. `*_after_commit`: the write has happened, only its answer is lost or replaced. */
export type FaultEffect =
  | { readonly kind: "latency"; readonly latency_ms: number }
  | { readonly kind: "status"; readonly status: number; readonly body?: unknown; readonly code?: number }
  | { readonly kind: "status_after_commit"; readonly status: number }
  | { readonly kind: "reset" }
  | { readonly kind: "reset_after_commit" }
  /** `retry_after` in seconds; `code` stands in the body, as 20028 for the write limit of a channel does. */
  | { readonly kind: "rate_limit"; readonly scope: LimitScope; readonly retry_after: number; readonly code?: number }
  | { readonly kind: "reject"; readonly code: number; readonly errors?: JsonObject }
  /** `retry_after` in seconds. */
  | { readonly kind: "cloudflare_ban"; readonly retry_after?: number };

/** Which requests a fault meets; every member given must match. */
export interface FaultMatch {
  readonly method?: string;
  /** Part of the path or of the route's template: `webhooks`, `/channels/:channel_id/messages`. */
  readonly route?: string;
  readonly channel_id?: string;
  readonly webhook_id?: string;
}

/** A rule of the fault injector. */
export interface FaultRule {
  readonly match?: FaultMatch;
  readonly effect: FaultEffect;
  /** How often it strikes; without it, for ever. */
  readonly count?: number;
  /** Chance that it strikes a matching request, 0 to 1. */
  readonly probability?: number;
  /** Matching requests to leave alone first. */
  readonly skip?: number;
}

/** A request as faults see it. */
export interface FaultTarget {
  readonly method: string;
  readonly path: string;
  readonly template: string;
  readonly channelIds: readonly string[];
  readonly webhookId: string | undefined;
}

const AFTER_COMMIT = new Set<FaultEffect["kind"]>(["status_after_commit", "reset_after_commit"]);

/** Tells whether an effect strikes after the write, and so only calls that wrote. */
export function isAfterCommit(effect: FaultEffect): boolean {
  return AFTER_COMMIT.has(effect.kind);
}
