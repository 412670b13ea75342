/** Primary result codes, https://www.sqlite.org/rescode.html (read 2026-11). */
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;

/** Tells whether another connection is in the way for now. Extended codes carry the primary one in the low byte. */
export function isBusy(error: unknown): boolean {
  const code = (error as { readonly errcode?: unknown } | null)?.errcode;
  if (typeof code !== "number") return false;
  const primary = code & 0xff;
  return primary === SQLITE_BUSY || primary === SQLITE_LOCKED;
}
