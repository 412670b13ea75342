/** Tells whether `text` has the form of a Discord id: decimal digits of an unsigned 64-bit number. */
export function isSnowflake(text: unknown): text is string {
  return typeof text === "string" && /^\d{1,20}$/.test(text);
}
