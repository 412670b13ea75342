/** Whether `value` is a map as JSON knows it, and not a date, an array or a collection. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return Object.prototype.toString.call(value) === "[object Object]";
}

/** Longer lists are copied only so far: no alert has one, and one without JSON's limits may be longer than memory. */
export const MAX_COPIED_COUNT = 1000;

/**
 * A copy of `value` down to `depth` levels of maps and lists, without entries that are `undefined`. What is deeper, or no
 * plain data, is kept as it is; of lists, the first {@link MAX_COPIED_COUNT} entries. A key `__proto__` stays a key.
 */
export function copyPlain(value: unknown, depth: number): unknown {
  if (depth === 0) return value;
  if (Array.isArray(value)) {
    return Array.from(value.slice(0, MAX_COPIED_COUNT), (item) => copyPlain(item, depth - 1));
  }
  if (!isPlainObject(value)) return value;
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(entries.map(([key, entry]) => [key, copyPlain(entry, depth - 1)]));
}
