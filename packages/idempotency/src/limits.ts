/** Longest scope, key and fingerprint, in UTF-16 units. Stripe takes 255 for a key (https://docs.stripe.com/api/idempotent_requests, read 2026-11). */
export const MAX_NAME_LENGTH = 512;

/** A lease is extended all the time, so a long one only delays the next run after a crash. */
export const MAX_LEASE_MS = 24 * 60 * 60 * 1000;

/** Ten years: whoever wants "for ever" keeps the result in a table of their own. */
export const MAX_TTL_MS = 10 * 365 * 24 * 60 * 60 * 1000;

export const MAX_VALUE_BYTES = 16 * 1024 * 1024;

export const DEFAULT_LEASE_MS = 30_000;
export const DEFAULT_TTL_MS = 24 * 60 * 60 * 1000;
export const DEFAULT_MAX_VALUE_BYTES = 64 * 1024;
