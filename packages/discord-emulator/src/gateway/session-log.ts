/** How much of a session is remembered. */
export interface LogBounds {
  /** Dispatches that can be replayed; older ones are forgotten once they are read. */
  readonly maxCount: number;
  /** How many more there may be as long as they are unread. */
  readonly maxUnreadCount: number;
  /** Characters of payloads; older dispatches are forgotten, read or not. */
  readonly maxChars: number;
}

/** The last dispatches of a session, by their sequence numbers 1, 2, 3 … */
export interface SessionLog {
  /** `readSeq`: up to there a connected reader has read. */
  append(t: string, json: string, readSeq?: number): void;
  /** The number of the last dispatch; 0 before the first. */
  lastSeq(): number;
  /** Tells whether everything after `seq` is still there. */
  reachesBackTo(seq: number): boolean;
  /** The dispatch with this number as it goes over the wire; it must be there. */
  frame(seq: number): string;
  /** Characters of the payloads after `seq` that are still there. */
  charsAfter(seq: number): number;
  /** Everything that is there now can be replayed, and `maxCount` more: the reader could not keep up. */
  hold(): void;
}

interface Entry {
  readonly t: string;
  readonly json: string;
  /** Characters of all payloads up to this one. */
  readonly end: number;
}

/** Creates an empty log. Payloads that several sessions share are one text in memory. */
export function createSessionLog({ maxCount, maxUnreadCount, maxChars }: LogBounds): SessionLog {
  const entries = new Map<number, Entry>();
  let lastSeq = 0;
  let firstSeq = 1;
  let totalChars = 0;
  let keptCount = maxCount;

  /** Characters up to `seq`, or to what was forgotten last. */
  function endOf(seq: number): number {
    const entry = entries.get(Math.max(seq, firstSeq));
    if (!entry) return totalChars;
    return seq >= firstSeq ? entry.end : entry.end - entry.json.length;
  }

  function isTooMuch(readSeq: number): boolean {
    const count = lastSeq - firstSeq + 1;
    if (count > keptCount && (firstSeq <= readSeq || count > keptCount + maxUnreadCount)) return true;
    return count > 1 && totalChars - endOf(firstSeq - 1) > maxChars;
  }

  return {
    append(t, json, readSeq = lastSeq) {
      lastSeq += 1;
      totalChars += json.length;
      entries.set(lastSeq, { t, json, end: totalChars });
      while (isTooMuch(readSeq)) {
        entries.delete(firstSeq);
        firstSeq += 1;
      }
    },
    lastSeq: () => lastSeq,
    reachesBackTo: (seq) => seq >= firstSeq - 1 && seq <= lastSeq,
    frame(seq) {
      const { t, json } = entries.get(seq) as Entry;
      return `{"t":"${t}","s":${seq},"op":0,"d":${json}}`;
    },
    charsAfter: (seq) => totalChars - endOf(seq),
    hold() {
      keptCount = maxCount + entries.size;
    },
  };
}
