import type { Outcome } from "@tocsin/alert/plugin";
import type { Send } from "@tocsin/queue";
import { expect } from "vitest";

/** What is wanted, and what people outside have seen: the truth that a log is measured by. */
export interface World {
  want(subject: string): number;
  wanted(subject: string): number;
  /** A call reaches the target, which answers with `kind`. The same call must always look the same. */
  call(send: Send, kind: Outcome<null>["kind"]): void;
  /** An answer was recorded, and ended the call: with so many earlier calls of it that may have been done, and this one. */
  admit(send: Send, maybeDoneCount: number): void;
  /** Every subject's newest revision was seen last, or is dead; nothing was seen out of order, nothing doubled in silence. */
  expectNothingLost(dead: readonly { readonly subjectId: string; readonly revision: number }[]): void;
}

export function createWorld(): World {
  const wanted = new Map<string, number>();
  const shown = new Map<string, number[]>();
  const bodies = new Map<string, string>();
  const made = new Map<string, number>();
  const admitted = new Map<string, number>();

  return {
    want(subject) {
      const revision = (wanted.get(subject) ?? 0) + 1;
      wanted.set(subject, revision);
      return revision;
    },
    wanted: (subject) => wanted.get(subject) ?? 0,
    call(send, kind) {
      const covers = [...send.covers].sort((one, other) => (one.subjectId < other.subjectId ? -1 : 1));
      const body = JSON.stringify([send.operation, covers]);
      expect(bodies.get(send.sendId) ?? body).toBe(body);
      bodies.set(send.sendId, body);
      if (kind === "retryable" || kind === "rejected") return;
      made.set(send.sendId, (made.get(send.sendId) ?? 0) + 1);
      // What may have been done is taken as done: the world saw this revision.
      for (const { subjectId, revision } of covers) {
        shown.set(subjectId, [...(shown.get(subjectId) ?? []), revision]);
      }
    },
    admit: (send, maybeDoneCount) => void admitted.set(send.sendId, maybeDoneCount),
    expectNothingLost(dead) {
      for (const [subject, newest] of wanted) {
        const isDead = dead.some(({ subjectId, revision }) => subjectId === subject && revision === newest);
        if (!isDead) expect(shown.get(subject)?.at(-1), subject).toBe(newest);
      }
      for (const [subject, revisions] of shown) {
        const inOrder = revisions.toSorted((one, other) => one - other);
        expect(revisions, `order of ${subject}`).toEqual(inOrder);
      }
      // A call that was made more than once is known to have been: nobody is shown something twice in silence.
      for (const [sendId, count] of made) {
        if (admitted.has(sendId)) expect(admitted.get(sendId)).toBeGreaterThanOrEqual(count);
        else expect(count, `no answer to ${sendId} was ever recorded`).toBe(0);
      }
    },
  };
}
