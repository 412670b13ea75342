/** A JSON object as it came off the wire: nothing is known about its members. */
export type JsonObject = Record<string, unknown>;

/** Tells whether `value` is a JSON object (not an array, not null). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
