/** JSON as it travels: what may be stored, sent to another thread, or shown. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * Why an outcome is not `delivered`. The words of Alertmanager's failure reasons, and those that Discord adds.
 *
 * - `rate-limited`: the target asked to wait (429)
 * - `server-error`: the target failed (5xx)
 * - `unreachable`: no connection, so surely nothing was done
 * - `answer-lost`: the request went out and no answer came back
 * - `timeout`: our own deadline passed
 * - `invalid-form`: the target refused the payload's form (400)
 * - `target-gone`: the channel, webhook or message does not exist (404)
 * - `unauthorized`: the credential is dead (401)
 * - `forbidden`: the credential lacks a permission (403)
 * - `too-large`: the payload is over a size limit (413)
 * - `unsupported`: this transport cannot do that operation
 * - `deferred`: our own limits say that it would have to wait longer than it may; nothing was sent, nothing has failed
 * - `aborted`: the caller gave up before anything was sent
 * - `expired`: the deadline for retries passed
 * - `removed`: the destination is no longer configured
 * - `other`: anything else, explained in `details`
 */
export type Reason =
  | "rate-limited"
  | "server-error"
  | "unreachable"
  | "answer-lost"
  | "timeout"
  | "invalid-form"
  | "target-gone"
  | "unauthorized"
  | "forbidden"
  | "too-large"
  | "unsupported"
  | "deferred"
  | "aborted"
  | "expired"
  | "removed"
  | "other";

/**
 * What became of something that was to be done elsewhere. Never a boolean: the third answer is the one that loses or
 * doubles messages when it is taken for one of the others.
 */
export type Outcome<T = null> =
  | { readonly kind: "delivered"; readonly value: T }
  /** Surely not done, or harmless to do again: it may be done later, in the same or another form. */
  | { readonly kind: "retryable"; readonly reason: Reason; readonly retryAfterMs?: number; readonly details?: Json }
  /** Will never be done in this form. `details` carries the target's own words (Discord's error tree). */
  | { readonly kind: "rejected"; readonly reason: Reason; readonly details?: Json }
  /** May have been done. */
  | { readonly kind: "unknown"; readonly reason: Reason; readonly details?: Json };
