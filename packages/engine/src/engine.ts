import type { Alert } from "@tocsin/alert";
import type { Json, Reason } from "@tocsin/alert/plugin";
import type { Step } from "./plan/sealed-call.ts";

/** An accepted alert as it is stored: the normalised alert, and what the engine knows about it. Times are epoch milliseconds. */
export interface AlertRecord {
  readonly id: string;
  /** Grows by one with every change. */
  readonly revision: number;
  readonly alert: Alert;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly resolvedAt: number | null;
}

/** What one destination owes or has done for one alert. */
export interface Notification {
  /** The kind of channel: `discord`, `email`, `slack`, `webhook`, `sms`. */
  readonly channel: string;
  readonly status: "pending" | "delivered" | "failed" | "skipped";
  /** Epoch milliseconds of the answer, `null` until sent. */
  readonly sentAt: number | null;
  /** The destination's name; absent for a channel that is known but not configured. */
  readonly destination?: string;
  readonly channelId?: string;
  readonly messageId?: string;
  readonly threadId?: string;
  /** How often this message may stand twice in Discord, because an answer was lost. Absent when 0. */
  readonly possibleDuplicateCount?: number;
  /** Why it failed, and the target's own words. */
  readonly reason?: Reason;
  readonly details?: Json;
  /** Present when it failed and attempts may have been done all the same, their answers lost: each may have left a message. */
  readonly mayBeDelivered?: true;
}

export type AcceptResult =
  /** A new alert. Durable when the promise resolves. */
  | { readonly kind: "created"; readonly record: AlertRecord; readonly replayed: boolean }
  /** An active alert with the same `dedup_key` took this as its newest revision. Durable when the promise resolves. */
  | { readonly kind: "updated"; readonly record: AlertRecord; readonly replayed: boolean }
  /** The idempotency key was used with another body. Nothing is stored. */
  | { readonly kind: "idempotency-mismatch" }
  /** `alert.channels` names something that does not exist. Nothing is stored. */
  | { readonly kind: "unknown-channel"; readonly channel: string; readonly known: readonly string[] };

export interface AlertQuery {
  /** From 1. */
  readonly page: number;
  /** 1 to 100. */
  readonly perPage: number;
  readonly status?: "active" | "resolved";
  readonly severity?: "info" | "warn" | "critical";
  readonly monitorId?: string;
}

export interface AlertPage {
  /** Newest first. */
  readonly records: readonly AlertRecord[];
  readonly total: number;
}

/** One organisation's view of the engine: every handle sees only its own rows. */
export interface OrganizationEngine {
  readonly organizationId: string;
  /**
   * Stores the alert, matches routes and raises the deliveries in one transaction. Resolves after it is on disk.
   * With `idempotencyKey`, the same key and alert answer the first result again for 24 hours (`replayed: true`, the alert
   * as it is now); the order of keys in the alert does not matter.
   *
   * A resolve keeps what the alert said and does not repeat: severity, context, links. It goes wherever the alert is
   * shown. An `up` with a `monitor_id` is itself resolved, and resolves the active alerts of its monitor.
   */
  accept(alert: Alert, options?: { readonly idempotencyKey?: string }): Promise<AcceptResult>;
  list(query: AlertQuery): Promise<AlertPage>;
  get(
    alertId: string,
  ): Promise<{ readonly record: AlertRecord; readonly notifications: readonly Notification[] } | null>;
}

export type KeyScope = "send" | "receive" | "read" | "admin" | "operator";

export interface KeyOwner {
  readonly keyId: string;
  readonly organizationId: string;
  readonly scopes: readonly KeyScope[];
}

/** API credentials: random secrets, stored as SHA-256, compared in constant time. */
export interface KeyRing {
  /** The secret is returned here once and never again. `key`/`secret` may be given to restore known credentials (development). */
  create(input: {
    readonly organizationId: string;
    readonly scopes: readonly KeyScope[];
    readonly key?: string;
    readonly secret?: string;
  }): Promise<{ readonly key: string; readonly secret: string }>;
  verify(key: string, secret: string): Promise<KeyOwner | null>;
}

/** What an operator wants to hear of, while delivering goes on by itself. */
export type EngineEvent =
  /** A delivery was given up; the dead letter keeps it. */
  | {
      readonly kind: "dead-letter";
      readonly organizationId: string;
      readonly destination: string;
      readonly alertId: string;
      readonly reason: Reason;
      readonly details: Json;
      readonly mayBeDelivered: boolean;
    }
  /** Discord refused what goes along with a message, such as its thread: it is left undone, and the message stands. */
  | {
      readonly kind: "step-skipped";
      readonly organizationId: string;
      readonly destination: string;
      readonly alertId: string;
      readonly step: Step;
      readonly reason: Reason;
      readonly details: Json;
    }
  /** A destination asked to wait, or failed: nothing is sent there before `untilAt` (epoch milliseconds). Once for each failed call. */
  | {
      readonly kind: "destination-paused";
      readonly organizationId: string;
      readonly destination: string;
      readonly reason: Reason;
      readonly untilAt: number;
    };

export interface EngineStatus {
  /** Whether an alert could be accepted now: the store can be read and takes writes. */
  readonly store: "ok" | "unavailable";
  readonly openDeliveryCount: number;
  readonly deadDeliveryCount: number;
  /** Since how long the oldest open delivery of a critical alert is owed; `null` when there is none. */
  readonly oldestUndeliveredCriticalMs: number | null;
}

export interface Engine {
  readonly keys: KeyRing;
  forOrganization(organizationId: string): OrganizationEngine;
  status(): Promise<EngineStatus>;
  /** Starts delivering. Until then alerts are accepted and kept. Calling it again changes nothing. */
  start(): void;
  /**
   * Stops taking new sends, waits up to `graceMs` for those on the wire, and releases every lease. What is unfinished
   * stays owed. A second call shortens the wait if it asks for less. The store stays open: whoever opened it closes it.
   */
  stop(graceMs: number): Promise<void>;
}
