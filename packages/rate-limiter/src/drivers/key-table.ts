/** One key's place in a {@link KeyTable}. */
export interface KeyEntry<T> {
  readonly key: string;
  readonly value: T;
  /** From when on the key may be forgotten without a difference. */
  fullAtUs: number;
}

/** Values by key, of which there are never more than a maximum. */
export interface KeyTable<T> {
  readonly size: number;
  /** The key's entry; a new one when it is not known. Constant time: memory is tidied a little with every new key. */
  open(key: string, nowUs: number): KeyEntry<T>;
}

/** More than one, so that the table is swept faster than it grows. */
const SWEPT_PER_NEW_KEY_COUNT = 2;
/** So many are compared to find one that is near to full: of these few, the best is seldom a bad one. */
const COMPARED_COUNT = 16;

/** Creates an empty table. */
export function createKeyTable<T>(maxKeyCount: number, start: () => T): KeyTable<T> {
  const entries = new Map<string, KeyEntry<T>>();
  // Goes round the table for ever, from oldest to newest. Takes additions and removals on the way.
  let cursor = entries.values();
  const next = (): KeyEntry<T> | null => {
    let step = cursor.next();
    if (step.done) {
      cursor = entries.values();
      step = cursor.next();
    }
    return step.done ? null : step.value;
  };

  const sweep = (nowUs: number): void => {
    for (let count = 0; count < SWEPT_PER_NEW_KEY_COUNT; count += 1) {
      const entry = next();
      if (entry !== null && entry.fullAtUs <= nowUs) entries.delete(entry.key);
    }
  };
  const makeRoom = (): void => {
    let best: KeyEntry<T> | null = null;
    for (let count = 0; count < COMPARED_COUNT; count += 1) {
      const entry = next();
      if (entry !== null && (best === null || entry.fullAtUs < best.fullAtUs)) best = entry;
    }
    if (best !== null) entries.delete(best.key);
  };

  return {
    get size() {
      return entries.size;
    },
    open(key, nowUs) {
      const known = entries.get(key);
      if (known !== undefined) return known;
      sweep(nowUs);
      if (entries.size >= maxKeyCount) makeRoom();
      const entry = { key, value: start(), fullAtUs: nowUs };
      entries.set(key, entry);
      return entry;
    },
  };
}
