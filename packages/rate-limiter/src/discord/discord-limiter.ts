import type { DiscordRoute } from "./discord-route.ts";

/** Who goes first. `critical` may also use the room that is held back from the others. */
export type PermitPriority = "low" | "normal" | "critical";

/** How to wait for a permit. */
export interface AcquireOptions {
  /** @default "normal" */
  readonly priority?: PermitPriority;
  /** Longest wait, in milliseconds, 0 or more. A wait that is known to be longer is refused at once. @default Infinity */
  readonly maxWaitMs?: number;
  /** Gives up waiting: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** How the request ended, told to {@link Permit.settle}. */
export type PermitAnswer =
  /** A status arrived. `headers` have lower-case names; `body` is the text or parsed JSON, needed for 429 only. */
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly headers: Readonly<Record<string, string | undefined>>;
      readonly body?: unknown;
      /** For a webhook's post: the channel that the answer names, so that its shared limit counts from the first post on. */
      readonly channelId?: string;
    }
  /** It may have reached Discord, and no status came back. Counts as used. */
  | { readonly kind: "lost" }
  /** It surely never left. The permit goes back. */
  | { readonly kind: "not-sent" };

/** The right to make one request, now. */
export interface Permit {
  readonly kind: "permit";
  /** Grows with every permit of this limiter. */
  readonly sequence: number;
  /** Epoch milliseconds of the driver's clock: a permit that is not settled by then counts as used. */
  readonly expiresAt: number;
  /** How long the request waited, in milliseconds. */
  readonly waitedMs: number;
  /** Teaches the limiter. Call it once for every permit, as soon as the status line and headers are there. Never rejects. */
  settle(answer: PermitAnswer): Promise<void>;
}

/** Why there is no permit. An expected answer, not an error. */
export interface PermitRefusal {
  readonly kind: "refused";
  readonly reason: /** It would have to wait longer than `maxWaitMs`, too many wait already, or the limiter is closed. */
    | "wait-too-long"
    /** Discord is about to ban this address, or has: nothing may be sent. */
    | "breaker-open"
    /** Discord said 401: the token is not valid, and every further use counts towards a ban. */
    | "credential-dead";
  /** The best estimate of when a permit could be had, in milliseconds. */
  readonly retryAfterMs: number;
}

/** Decides when requests to Discord may be made so that none is answered 429. Shared by everything that uses one token or address. */
export interface DiscordLimiter {
  /**
   * Waits for the right to make one request on `route`. Within a route, higher priority goes first, then who came first; each
   * eighth permit goes to who has waited longest. Routes, and processes that share a driver, take turns.
   */
  acquire(route: DiscordRoute, options?: AcquireOptions): Promise<Permit | PermitRefusal>;
  /**
   * How long `count` requests would wait if they were asked for now, one number each, in milliseconds; takes nothing.
   * Infinity while nothing may be sent at all.
   */
  estimate(
    route: DiscordRoute,
    options?: { readonly priority?: PermitPriority; readonly count?: number },
  ): Promise<readonly number[]>;
  /** Forgets that Discord refused this credential: after its token was replaced. */
  revive(credential: string): Promise<void>;
  /** Refuses all that wait and those that come (`wait-too-long`). Permits under way may still be settled. Idempotent. */
  close(): Promise<void>;
}
