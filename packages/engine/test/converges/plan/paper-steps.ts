import fc from "fast-check";
import type { PaperAnswer, PaperSetup } from "./paper-lane.ts";

/** What happens to a lane on paper. */
export type PaperStep =
  | { readonly kind: "want"; readonly subject: number; readonly alert: Record<string, unknown> }
  | { readonly kind: "want-many"; readonly count: number; readonly alert: Record<string, unknown> }
  | { readonly kind: "quiet"; readonly subject: number; readonly ms: number }
  | { readonly kind: "clock"; readonly ms: number }
  /** A plan for so many that are due, and what its first calls are answered; the rest is delivered, or not made. */
  | {
      readonly kind: "plan";
      readonly maxCount: number;
      readonly answers: readonly PaperAnswer[];
      readonly isRestMade: boolean;
    }
  | { readonly kind: "sealed"; readonly answer: "delivered" | "gone" };

const subject = fc.nat(7);
const severity = fc.constantFrom("info", "warn", "critical");
/** Of any length, and of characters that count more units, bytes or columns than one. */
const message = fc.oneof(
  fc.constant("short"),
  fc
    .tuple(fc.constantFrom("x", "😀", "é", "\u200D", "`", "\n- "), fc.integer({ min: 1, max: 3_000 }))
    .map(([text, count]) => text.repeat(count)),
);
const alert = fc
  .record(
    {
      title: fc.string({ minLength: 1, maxLength: 300, unit: "binary" }),
      message,
      severity,
      status: fc.constantFrom("active", "active", "active", "resolved"),
      action: fc.constant("restart"),
      context: fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), fc.string({ maxLength: 200 }), {
        maxKeys: 30,
      }),
    },
    { requiredKeys: ["title", "severity"] },
  )
  .map((input) => ({ ...input, title: `t${input.title.replaceAll("\0", "")}` }));
const plain = fc.record({
  title: fc.constant("plain"),
  severity,
  status: fc.constantFrom("active", "active", "resolved"),
});

const answer = fc.constantFrom<PaperAnswer>(
  ...(["delivered", "delivered", "delivered", "delivered", "delivered", "unknown"] as const),
  ...(["retry", "gone", "archived", "too-old", "refused"] as const),
);

const plan: fc.Arbitrary<PaperStep> = fc.record({
  kind: fc.constant("plan" as const),
  maxCount: fc.constantFrom(1, 5, 50, 50, 200),
  answers: fc.array(answer, { maxLength: 4, size: "max" }),
  isRestMade: fc.boolean(),
});
const long = fc
  .record({ severity, count: fc.integer({ min: 600, max: 3_000 }) })
  .map(({ severity: each, count }) => ({ title: "long", severity: each, message: "x".repeat(count) }));
const wanted = fc.oneof(plain, plain, plain, long, fc.noShrink(alert));
const wantMany: fc.Arbitrary<PaperStep> = fc.record({
  kind: fc.constant("want-many" as const),
  count: fc.integer({ min: 3, max: 12 }),
  alert: wanted,
});
const want: fc.Arbitrary<PaperStep> = fc.record({ kind: fc.constant("want" as const), subject, alert: wanted });
const other: fc.Arbitrary<PaperStep> = fc.oneof(
  fc.record({ kind: fc.constant("quiet" as const), subject, ms: fc.constantFrom(0, 50_000, 5_000_000) }),
  fc.record({ kind: fc.constant("clock" as const), ms: fc.constantFrom(1, 1_000, 61_000, 3_600_000) }),
  fc.record({ kind: fc.constant("sealed" as const), answer: fc.constantFrom("delivered", "gone") }),
);

const ALL: PaperStep = { kind: "plan", maxCount: 200, answers: [], isRestMade: true };
/** Many are shown, some of them by shared messages; then there is news of a few. */
const chapter: fc.Arbitrary<readonly PaperStep[]> = fc
  .tuple(wantMany, other, want, plan, want)
  .map(([many, meanwhile, one, planned, another]) => [many, ALL, meanwhile, one, planned, another]);

export const paperSteps: fc.Arbitrary<readonly PaperStep[]> = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: plan.map((each) => [each]) },
      { weight: 2, arbitrary: want.map((each) => [each]) },
      { weight: 1, arbitrary: wantMany.map((each) => [each]) },
      { weight: 3, arbitrary: other.map((each) => [each]) },
      { weight: 2, arbitrary: chapter },
    ),
    { minLength: 1, maxLength: 12, size: "max" },
  )
  .map((taken) => taken.flat());

export const paperSetup: fc.Arbitrary<PaperSetup> = fc
  .record({
    isBot: fc.boolean(),
    isForum: fc.constantFrom(false, false, false, true),
    forumTagIds: fc.constantFrom(undefined, { critical: ["3"], warn: ["2"], resolved: ["4"] }),
    options: fc.record(
      {
        thread: fc.constantFrom(false, false, true),
        escalation: fc.constantFrom("reply", "ping", "edit"),
        pack: fc.constantFrom(true, true, true, false),
        silent: fc.constantFrom([], ["info"], ["resolved", "warn"]),
        mentions: fc.constantFrom(
          { roles: ["300000000000000001"] },
          { users: ["400000000000000001"], minSeverity: "critical" },
        ),
      },
      { requiredKeys: ["thread"] },
    ),
    digest: fc.option(fc.record({ minCount: fc.integer({ min: 1, max: 6 }) }), { freq: 2, nil: undefined }),
  })
  .map(({ digest, options, ...setup }) => ({
    ...setup,
    options: { ...options, ...(digest === undefined ? {} : { digest }) },
  }));
