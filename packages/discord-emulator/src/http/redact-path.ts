import { redact } from "@tocsin/errors";

/** Who encodes more often than this has no route here that would know the token. */
const MAX_DECODE_COUNT = 5;

/** A request target without secrets, however they are percent-encoded. One that holds none stays as it is. */
export function redactPath(target: string): string {
  let decoded = target;
  for (let count = 0; count < MAX_DECODE_COUNT && decoded.includes("%"); count += 1) {
    decoded = decoded.replace(/%([2-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  }
  const redacted = redact(decoded);
  return redacted === decoded ? target : redacted;
}
