import { describe, expect, test } from "vitest";
import type { BeginResult, IdempotencyStore } from "../idempotency-store.ts";
import { begin, PAST_SHORT_MS, SHORT_MS, start } from "./calls.ts";
import type { IdempotencyHarness, IdempotencySubject } from "./harness.ts";

const CLIENT_COUNT = 20;

/** Both clients in turn, so that their calls really meet in the place that they share. */
function clientsOf<Tx>(subject: IdempotencySubject<Tx>): readonly IdempotencyStore<Tx>[] {
  const { store, other = store } = subject;
  return Array.from({ length: CLIENT_COUNT }, (_, index) => (index % 2 === 0 ? store : other));
}

const kinds = (results: readonly BeginResult[]): readonly string[] => results.map(({ kind }) => kind).sort();
const oneStart = [...Array.from({ length: CLIENT_COUNT - 1 }, () => "in-flight"), "started"];

/** What happens when many call at once. */
export function races<Tx>(harness: IdempotencyHarness<Tx>): void {
  describe("at once", () => {
    if (harness.capabilities.shared) {
      test("two clients see the same keys", async () => {
        await using subject = await harness.create();
        if (subject.other === undefined) expect.unreachable("a shared store's harness has to give a second client");
        const token = await start(subject.store, "key");
        expect((await begin(subject.other, "key")).kind).toBe("in-flight");
        expect(await subject.other.complete(token, "result")).toBe("stored");
        expect((await begin(subject.store, "key")).kind).toBe("replayed");
      });
    }

    test("exactly one of many starts the work of a free key", async () => {
      await using subject = await harness.create();
      const results = await Promise.all(clientsOf(subject).map((store) => begin(store, "key")));
      expect(kinds(results)).toEqual(oneStart);
    });

    test("exactly one of many takes over a lapsed lease", async () => {
      await using subject = await harness.create();
      await start(subject.store, "key", { leaseMs: SHORT_MS });
      await subject.advance(PAST_SHORT_MS);
      const results = await Promise.all(clientsOf(subject).map((store) => begin(store, "key")));
      expect(kinds(results)).toEqual(oneStart);
    });

    test("exactly one payload of many gets the key; the others are conflicts", async () => {
      await using subject = await harness.create();
      const results = await Promise.all(
        clientsOf(subject).map((store, index) => begin(store, "key", { fingerprint: `payload ${index}` })),
      );
      expect(kinds(results)).toEqual([...Array.from({ length: CLIENT_COUNT - 1 }, () => "conflict"), "started"]);
    });

    test("a late completion and others' starts: either it is stored and nobody starts, or it is lost", async () => {
      await using subject = await harness.create();
      const token = await start(subject.store, "key", { leaseMs: SHORT_MS });
      await subject.advance(PAST_SHORT_MS);
      const starts = clientsOf(subject).map((store) => begin(store, "key"));
      const [completed, ...results] = await Promise.all([subject.store.complete(token, "late"), ...starts]);
      expect(results.filter(({ kind }) => kind === "started")).toHaveLength(completed === "stored" ? 0 : 1);
    });
  });
}
