import type { Outcome } from "@tocsin/alert/plugin";
import fc from "fast-check";

const SUBJECTS = ["a", "b", "c"];
export const WORKERS = [0, 1] as const;

/** What happens next, in a world with one lane, a few subjects and two workers who do not know of each other. */
export type Step =
  | { readonly kind: "raise"; readonly subject: string; readonly priority: number }
  /** A worker takes the lane if it can, and makes the calls that are to be made: all of them are now without an answer. */
  | {
      readonly kind: "call";
      readonly worker: number;
      readonly outcomes: readonly Outcome<null>["kind"][];
      readonly isPacked: boolean;
    }
  /** A worker records the answer to its oldest call, however late. */
  | { readonly kind: "answer"; readonly worker: number }
  | { readonly kind: "release"; readonly worker: number }
  /** A worker is gone, with everything that it knew; its lease stays behind. Another takes its place. */
  | { readonly kind: "crash"; readonly worker: number }
  | { readonly kind: "clock"; readonly ms: number }
  | { readonly kind: "redrive"; readonly includeMayBeDelivered: boolean };

const worker = fc.constantFrom(...WORKERS);
const outcome = fc.constantFrom("delivered", "delivered", "retryable", "unknown", "rejected") satisfies fc.Arbitrary<
  Outcome<null>["kind"]
>;
const HOUR_MS = 3_600_000;

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("raise" as const),
      subject: fc.constantFrom(...SUBJECTS),
      priority: fc.nat(2),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("call" as const),
      worker,
      outcomes: fc.array(outcome, { minLength: 3, maxLength: 3 }),
      isPacked: fc.boolean(),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("answer" as const), worker }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("release" as const), worker }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("crash" as const), worker }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("clock" as const), ms: fc.constantFrom(700, 31_000, HOUR_MS, -HOUR_MS) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("redrive" as const), includeMayBeDelivered: fc.boolean() }),
  },
);

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(step, { maxLength: 60, size: "max" });
