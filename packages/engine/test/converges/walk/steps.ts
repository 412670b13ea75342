import fc from "fast-check";
import type { DeliveryOptions } from "../../../src/index.ts";
import { type Fault, faults } from "../discord/faults.ts";
import { PERMISSIONS, type Permission } from "../discord/model-state.ts";

/** What an alert is like, beside its text. */
export const SHAPES = ["plain", "action", "long", "picky", "poison"] as const;
export type Shape = (typeof SHAPES)[number];
export type SeverityName = "info" | "warn" | "critical";

/** What people and programs do. `nth` counts what is there, around and around. */
export type Action =
  /** Raises an alert, or makes the next revision of the active one with the same key. Without a key always a new one. */
  | {
      readonly kind: "raise";
      readonly key: number | null;
      readonly severity: SeverityName;
      readonly shape: Shape;
    }
  | { readonly kind: "backlog"; readonly count: number; readonly severity: SeverityName }
  | { readonly kind: "resolve"; readonly key: number }
  | { readonly kind: "down" | "up"; readonly monitor: number }
  | { readonly kind: "delete-message"; readonly lane: number; readonly nth: number }
  | {
      readonly kind: "delete-thread" | "archive-thread" | "lock-thread" | "unlock-thread";
      readonly lane: number;
      readonly nth: number;
    }
  | { readonly kind: "forbid" | "allow"; readonly lane: number; readonly permission: Permission }
  /** Nothing new about one alert, or about all of them. A silence of 0 ms ends the one that is there. */
  | { readonly kind: "silence"; readonly key: number | null; readonly ms: number }
  | { readonly kind: "clock"; readonly ms: number }
  | { readonly kind: "crash" };

/** What may be set up otherwise. */
export type Looks = Pick<DeliveryOptions, "thread" | "pack" | "digest">;

/** Where in the work of the engine something happens: around a call, or around a write of the store. */
export type Moment = "before-call" | "after-call" | "before-write" | "after-write";

export type Step =
  | Action
  /** The engine works on what is due, for so many rounds or until nothing is. */
  | { readonly kind: "drain"; readonly roundCount: number }
  /** The action happens in the midst of the work, `left` such moments from now. */
  | { readonly kind: "during"; readonly moment: Moment; readonly left: number; readonly action: Action }
  /** The process ends as it should not, and the next one begins with another setup of a destination. */
  | { readonly kind: "reconfigure"; readonly lane: number; readonly looks: Looks }
  | { readonly kind: "faults"; readonly lane: number; readonly faults: readonly Fault[] };

const key: fc.Arbitrary<number> = fc.oneof(
  { weight: 3, arbitrary: fc.nat(2) },
  { weight: 2, arbitrary: fc.integer({ min: 10, max: 14 }) },
);
const nth = fc.nat(30);
const lane = fc.nat(1);
const severity = fc.constantFrom<SeverityName>("info", "warn", "critical");
const shape = fc.constantFrom<Shape>("plain", "plain", "plain", "plain", "action", "long", "picky", "poison");

const raise: fc.Arbitrary<Action> = fc.record({
  kind: fc.constant("raise" as const),
  key: fc.option(key, { freq: 6, nil: null }),
  severity,
  shape,
});
const resolve: fc.Arbitrary<Action> = fc.record({ kind: fc.constant("resolve" as const), key });
const person: fc.Arbitrary<Action> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("delete-message" as const), lane, nth }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom("delete-thread", "archive-thread", "archive-thread", "lock-thread", "unlock-thread"),
      lane,
      nth,
    }),
  },
);
const permission = fc.constantFrom(...PERMISSIONS);
const clock: fc.Arbitrary<Action> = fc.record({
  kind: fc.constant("clock" as const),
  ms: fc.constantFrom(1, 1_500, 20_000, 100_000, 1_200_000, 4_000_000, 4_000_000, 4_000_000, 100_000_000),
});
const crash: fc.Arbitrary<Action> = fc.record({ kind: fc.constant("crash" as const) });
const silence: fc.Arbitrary<Action> = fc.record({
  kind: fc.constant("silence" as const),
  key: fc.option(key, { freq: 2, nil: null }),
  ms: fc.constantFrom(0, 30_000, 2_000_000),
});

/** What may happen in the midst of the engine's work. */
const interruption: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: crash },
  { weight: 4, arbitrary: raise },
  { weight: 2, arbitrary: resolve },
  { weight: 3, arbitrary: person },
  { weight: 1, arbitrary: clock },
);

const backlog: fc.Arbitrary<Action> = fc.record({
  kind: fc.constant("backlog" as const),
  count: fc.integer({ min: 4, max: 8 }),
  severity,
});
const during: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant("during" as const),
  moment: fc.constantFrom<Moment>("before-call", "after-call", "after-call", "before-write", "after-write"),
  left: fc.nat(7),
  action: interruption,
});
const troubles: fc.Arbitrary<Step> = fc.record({ kind: fc.constant("faults" as const), lane, faults });

const looks: fc.Arbitrary<Looks> = fc.record(
  { thread: fc.boolean(), pack: fc.boolean(), digest: fc.record({ minCount: fc.integer({ min: 2, max: 5 }) }) },
  { requiredKeys: [] },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: raise },
  { weight: 3, arbitrary: resolve },
  { weight: 2, arbitrary: backlog },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("down", "up"), monitor: fc.nat(1) }) },
  { weight: 3, arbitrary: person },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("forbid", "allow"), lane, permission }) },
  { weight: 1, arbitrary: silence },
  { weight: 4, arbitrary: clock },
  { weight: 1, arbitrary: crash },
  { weight: 4, arbitrary: during },
  { weight: 3, arbitrary: troubles },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reconfigure" as const), lane, looks }) },
);

/** Mostly the engine works on what has happened, for a while or until nothing is due. */
const drain: fc.Arbitrary<readonly Step[]> = fc
  .constantFrom(0, 0, 1, 1, 2, 1_000, 1_000, 1_000)
  .map((roundCount) => (roundCount === 0 ? [] : [{ kind: "drain", roundCount }]));
const moment: fc.Arbitrary<readonly Step[]> = fc.tuple(step, drain).map(([first, more]) => [first, ...more]);

const ALL: Step = { kind: "drain", roundCount: 1_000 };
const news = fc.oneof(
  { weight: 3, arbitrary: raise },
  { weight: 2, arbitrary: backlog },
  { weight: 1, arbitrary: resolve },
);

/** What most faults are made of: something is shown, time passes, and what follows meets trouble. */
const chapter: fc.Arbitrary<readonly Step[]> = fc
  .tuple(news, fc.oneof(clock, person, silence), fc.oneof(during, troubles), news)
  .map(([first, meanwhile, trouble, second]) => [first, ALL, meanwhile, trouble, second, ALL]);

export const steps: fc.Arbitrary<readonly Step[]> = fc
  .array(fc.oneof({ weight: 5, arbitrary: moment }, { weight: 1, arbitrary: chapter }), {
    minLength: 1,
    maxLength: 20,
    size: "max",
  })
  .map((taken) => taken.flat());
