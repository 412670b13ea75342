import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Random values that come again with the same seed. Not for secrets. */
export interface SeededRandom {
  /** The seed it was made from: print it when a test fails. */
  readonly seed: number;
  /** A number from 0 (included) to 1 (excluded): stands in for `Math.random`. */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number;
  /** One of `items`. Throws a RangeError when there is none. */
  pick<T>(items: readonly T[]): T;
}

/** Creates a generator whose values depend on `seed` (a 32-bit whole number) and on the order of calls only. */
export function createSeededRandom(seed: number): SeededRandom {
  const generator = xoroshiro128plus(seed);
  const integer = (min: number, max: number): number => uniformInt(generator, min, max);
  return {
    seed,
    next: () => uniformFloat64(generator),
    integer,
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new RangeError("cannot pick from an empty list");
      return items[integer(0, items.length - 1)] as T;
    },
  };
}
