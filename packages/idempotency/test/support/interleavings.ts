import type { BeginResult, IdempotencyKey, IdempotencyStore, IdempotencyToken } from "@tocsin/idempotency";
import type { IdempotencyHarness, IdempotencySubject } from "@tocsin/idempotency/testing";
import fc from "fast-check";
import { expect } from "vitest";
import { createKeyModel, type KeyModel, type ModelBegin, type Moment } from "./key-model.ts";

const KEYS = ["a", "b"] as const;
type Key = (typeof KEYS)[number];

type Step =
  | {
      readonly kind: "begin" | "burst" | "begin undone";
      readonly client: number;
      readonly key: Key;
      readonly begin: ModelBegin;
    }
  | { readonly kind: "complete" | "abandon" | "crash"; readonly client: number; readonly token: number }
  | { readonly kind: "extend"; readonly client: number; readonly token: number; readonly leaseMs: number }
  | { readonly kind: "advance"; readonly ms: number };

const span = fc.constantFrom(25, 40, 60_000);
const beginning = fc.record({ fingerprint: fc.constantFrom("one", "one", "two"), leaseMs: span, ttlMs: span });
const onKey = (...kinds: ("begin" | "burst" | "begin undone")[]) =>
  fc.record({ kind: fc.constantFrom(...kinds), client: fc.nat(3), key: fc.constantFrom(...KEYS), begin: beginning });
const onToken = fc.record({
  kind: fc.constantFrom("complete" as const, "abandon" as const, "crash" as const),
  client: fc.nat(3),
  token: fc.nat(5),
});

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: onKey("begin") },
    { weight: 2, arbitrary: onKey("burst", "begin undone") },
    { weight: 4, arbitrary: onToken },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("extend" as const),
        client: fc.nat(3),
        token: fc.nat(5),
        leaseMs: span,
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant("advance" as const), ms: fc.constantFrom(1, 15, 25, 40, 60) }),
    },
  ),
  { minLength: 5, maxLength: 25 },
);

interface Run<Tx> {
  readonly subject: IdempotencySubject<Tx>;
  readonly capabilities: IdempotencyHarness<Tx>["capabilities"];
  readonly scope: string;
  /** The store's time, before and after a call. */
  readonly now: () => number;
}

/** Takes the steps one by one, from four clients on two connections, and fails where an answer is not the model's. */
export async function runSteps<Tx>(run: Run<Tx>, todo: readonly Step[]): Promise<void> {
  const { subject, capabilities, scope } = run;
  const models = new Map<Key, KeyModel>(KEYS.map((key) => [key, createKeyModel()]));
  const tokens: { readonly key: Key; readonly token: IdempotencyToken }[] = [];
  let valueCount = 0;
  // A server cuts its time to whole milliseconds.
  const slackMs = capabilities.clock === "server" ? 2 : 0;

  const clientOf = (index: number): IdempotencyStore<Tx> =>
    index % 2 === 0 ? subject.store : (subject.other ?? subject.store);
  const modelOf = (key: Key): KeyModel => models.get(key) as KeyModel;
  const tokenAt = (index: number) => tokens[tokens.length === 0 ? 0 : index % tokens.length];

  async function timed<T>(call: () => Promise<T>): Promise<{ readonly answer: T; readonly during: Moment }> {
    const before = run.now();
    const answer = await call();
    return { answer, during: { earliest: before - slackMs, latest: run.now() + slackMs } };
  }

  function seen(key: Key, begin: ModelBegin, answer: BeginResult, during: Moment): void {
    expect(modelOf(key).beginMay(during, begin)).toContain(answer.kind);
    if (answer.kind === "replayed") expect(answer.value).toBe(modelOf(key).value);
    if (answer.kind === "in-flight") expect(answer.retryAfterMs).toBeGreaterThanOrEqual(1);
    if (answer.kind !== "started") return;
    modelOf(key).applyStart(during, answer.token, begin);
    tokens.push({ key, token: answer.token });
  }

  /** All clients at once, with a lease that does not end meanwhile. */
  async function burst(at: IdempotencyKey, key: Key, begin: ModelBegin): Promise<void> {
    const calls = [0, 1, 2, 3].map((client) => () => clientOf(client).begin(at, begin));
    const { answer, during } = await timed(() => Promise.all(calls.map((call) => call())));
    const allowed = modelOf(key).beginMay(during, begin);
    const [start, ...more] = answer.filter(({ kind }) => kind === "started");
    expect(more).toEqual([]);
    for (const { kind } of answer) {
      if (kind !== "started") expect(start === undefined ? allowed : [...allowed, "in-flight"]).toContain(kind);
    }
    if (start !== undefined) seen(key, begin, start, during);
    else expect(allowed).not.toEqual(["started"]);
  }

  async function takeKeyStep({ kind, client, key, begin }: Extract<Step, { readonly key: Key }>): Promise<void> {
    const at = { scope, key };
    if (kind === "begin") {
      const { answer, during } = await timed(() => clientOf(client).begin(at, begin));
      return seen(key, begin, answer, during);
    }
    if (kind === "burst") return await burst(at, key, { ...begin, leaseMs: 60_000 });
    if (subject.transaction === undefined) return;
    const { transaction } = subject;
    const { answer, during } = await timed(async () => {
      let answer: BeginResult | undefined;
      const undone = transaction(async (tx) => {
        answer = await clientOf(client).begin(at, { ...begin, tx });
        throw new Error("undone");
      });
      await expect(undone).rejects.toThrow("undone");
      return answer as unknown as BeginResult;
    });
    expect(modelOf(key).beginMay(during, begin)).toContain(answer.kind);
  }

  async function takeTokenStep(step: Extract<Step, { readonly token: number }>): Promise<void> {
    const chosen = tokenAt(step.token);
    if (chosen === undefined) return;
    const { key, token } = chosen;
    const store = clientOf(step.client);
    if (step.kind === "crash") {
      // Whoever held it is gone; nobody uses it any more.
      tokens.splice(tokens.indexOf(chosen), 1);
    } else if (step.kind === "complete") {
      const value = `value ${valueCount++}`;
      const { answer, during } = await timed(() => store.complete(token, value));
      expect(modelOf(key).completeMay(during, token)).toContain(answer);
      modelOf(key).applyComplete(during, token, value, answer);
    } else if (step.kind === "extend") {
      const { answer, during } = await timed(() => store.extend(token, step.leaseMs));
      expect(modelOf(key).extendMay(during, token)).toContain(answer);
      modelOf(key).applyExtend(during, token, step.leaseMs, answer);
    } else {
      await store.abandon(token);
      modelOf(key).applyAbandon(token);
    }
  }

  for (const step of todo) {
    if (step.kind === "advance") await subject.advance(step.ms);
    else if ("key" in step) await takeKeyStep(step);
    else await takeTokenStep(step);
  }
}
