const MASK = "[redacted]";
/** Fewer characters in a row are found in ordinary words, and tell nothing. Discord's tokens have 59 and more. */
const MIN_PART_LENGTH = 8;

/**
 * Masks whatever 8 characters or more in a row of a secret stand in `text`: also a secret that somebody has cut short, or
 * written with some of its characters encoded. Pure. Takes as long as `text` and the secrets are long, multiplied.
 */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  const isSecret = new Uint8Array(text.length);
  let isFound = false;
  for (const secret of secrets) {
    for (let start = 0; start + MIN_PART_LENGTH <= secret.length; start += 1) {
      const part = secret.slice(start, start + MIN_PART_LENGTH);
      for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
        isSecret.fill(1, at, at + MIN_PART_LENGTH);
        isFound = true;
      }
    }
  }
  return isFound ? withMasks(text, isSecret) : text;
}

function withMasks(text: string, isSecret: Uint8Array): string {
  let masked = "";
  let index = 0;
  while (index < text.length) {
    const isMasked = isSecret[index] === 1;
    const end = isSecret.indexOf(isMasked ? 0 : 1, index);
    const next = end < 0 ? text.length : end;
    masked += isMasked ? MASK : text.slice(index, next);
    index = next;
  }
  return masked;
}
