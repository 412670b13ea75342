/**
 * What makes two pieces of work the same.
 *
 * `scope` keeps tenants apart: the same `key` in two scopes is two keys, in every driver. A plain string is a key in the
 * scope `""`. Each part has at most 512 characters; `key` at least one. Text that a database cannot hold (NUL, half a
 * surrogate pair) is refused.
 */
export type IdempotencyKey = string | { readonly scope: string; readonly key: string };
