import { createHash, randomBytes } from "node:crypto";

/** Seeded randomness: the same seed gives the same sequence. */
export interface Random {
  bytes(count: number): Buffer;
  /** `length` characters of `[A-Za-z0-9_-]`. */
  token(length: number): string;
  /** At least 0, below 1. */
  fraction(): number;
}

/** Creates a source of randomness; without `seed` it is unpredictable. Sources of different purposes do not influence each other. */
export function createRandom(seed: number | undefined, purpose: string): Random {
  const root = seed === undefined ? randomBytes(32) : createHash("sha256").update(`${seed}:${purpose}`).digest();
  let counter = 0;
  function bytes(count: number): Buffer {
    const blocks: Buffer[] = [];
    for (let length = 0; length < count; length += 32) {
      blocks.push(createHash("sha256").update(root).update(String(counter++)).digest());
    }
    return Buffer.concat(blocks).subarray(0, count);
  }
  return {
    bytes,
    token: (length) => bytes(length).toString("base64url").slice(0, length),
    fraction: () => bytes(4).readUInt32BE() / 2 ** 32,
  };
}
