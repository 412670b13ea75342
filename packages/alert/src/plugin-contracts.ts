import type { Alert } from "./alert.ts";
import type { Issue } from "./issue.ts";
import type { Json, Outcome } from "./outcome.ts";
import type { AlertInput } from "./schema.ts";

/** A value, or a promise of it. */
export type Awaitable<T> = T | Promise<T>;

/** A foreign request as a receiver sees it. */
export interface ReceiverRequest {
  /** Names in lower case; values that came more than once are joined with `, `. Credentials of the relay are not in it. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as it came, uncompressed. */
  readonly body: Uint8Array;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  /** What the configuration says for this receiver. */
  readonly settings: Json;
}

/** What a receiver made of a request. */
export type ReceiverResult =
  /** May be empty: a request that says nothing new. */
  | { readonly kind: "alerts"; readonly alerts: readonly AlertInput[] }
  /** 400: not readable. 401: the signature is wrong. 422: readable, but not what this receiver is for. */
  | { readonly kind: "rejected"; readonly status: 400 | 401 | 422; readonly issues: readonly Issue[] };

/**
 * Turns a foreign payload into alerts. A pure function of the request: no I/O, no state between requests.
 *
 * Plain data goes in and out, so that a receiver can live in another thread. It may throw: that counts as a fault of the
 * plugin, not of the request. Its alerts are checked by whoever called it.
 */
export interface AlertReceiver {
  readonly specVersion: 1;
  /** Lower case, digits and dashes; the last part of its route. */
  readonly name: string;
  receive(request: ReceiverRequest): Awaitable<ReceiverResult>;
}

/** What a processor knows beside the alerts. */
export interface ProcessorContext {
  readonly organizationId: string;
  /** Fires when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/**
 * Changes, drops or adds alerts before they are stored.
 *
 * Called concurrently. It returns new alerts and never changes the ones it was given; an empty array drops them all.
 * When it throws or answers too late, the alerts go on unchanged.
 */
export interface AlertProcessor {
  readonly specVersion: 1;
  readonly name: string;
  process(alerts: readonly Alert[], context: ProcessorContext): Awaitable<readonly Alert[]>;
}

/** One state of an alert, to be shown somewhere. Times are epoch milliseconds. */
export interface AlertRevision {
  readonly id: string;
  /** Counts up from 1 with every change. An exporter that edits shows the highest it was given. */
  readonly revision: number;
  readonly alert: Alert;
  readonly createdAt: number;
  /** `null` while the alert is active. */
  readonly resolvedAt: number | null;
}

/** What an exporter keeps of a delivered alert. */
export interface Receipt {
  /** How the target names what it stored (a message id); `null` when it does not say. */
  readonly reference: string | null;
}

/** What belongs to one export and not to the alerts. */
export interface ExportContext {
  /** The same for every attempt of the same batch; a target that knows such keys does nothing twice. */
  readonly idempotencyKey: string;
  /** 1 for the first. */
  readonly attempt: number;
  readonly signal: AbortSignal;
  /** W3C trace context, to be handed on. */
  readonly traceparent?: string;
}

/**
 * Shows alerts somewhere else.
 *
 * `export` makes one attempt: queueing, retries and rate limits are the caller's. It answers with one outcome for each
 * alert, in the same order, and does not throw for what the target or the network did. Calls may overlap.
 */
export interface AlertExporter {
  readonly specVersion: 1;
  readonly name: string;
  readonly capabilities: {
    /** Whether a later revision replaces what an earlier one showed, instead of standing beside it. */
    readonly edits: boolean;
    /** The most alerts that `export` takes at once; at least 1. */
    readonly maxBatchCount: number;
  };
  export(batch: readonly AlertRevision[], context: ExportContext): Promise<readonly Outcome<Receipt>[]>;
  /** Resolves when everything that was taken earlier has its outcome. May be called at any time. */
  forceFlush(): Promise<void>;
  /** Flushes and frees what it holds. Later calls of it do nothing; later exports are `rejected`. */
  shutdown(): Promise<void>;
}
