import fc from "fast-check";

/**
 * What goes wrong with one call.
 *
 * - `lost-before`, `lost-after`: no answer; it was not done, or it was
 * - `throws-before`, `throws-after`: the same, by a transport with a bug
 * - `down`, `limited`: surely not done, and said so
 * - `slow`: done, and answered after calls that began later
 */
export type Fault =
  | { readonly kind: "none" | "lost-before" | "lost-after" | "throws-before" | "throws-after" | "down" | "slow" }
  | { readonly kind: "limited"; readonly retryAfterMs: number };

const limited = fc.record({
  kind: fc.constant("limited" as const),
  retryAfterMs: fc.constantFrom(700, 45_000, 900_000),
});
const ofKind = fc.record({
  kind: fc.constantFrom(
    ...(["none", "none", "none", "lost-before", "lost-after", "lost-after", "lost-after"] as const),
    ...(["throws-before", "throws-after", "down", "slow", "slow"] as const),
  ),
});

/** For the next calls of one channel, in their order. */
export const faults: fc.Arbitrary<readonly Fault[]> = fc.array(
  fc.oneof({ weight: 8, arbitrary: ofKind }, { weight: 1, arbitrary: limited }),
  { minLength: 1, maxLength: 6 },
);
