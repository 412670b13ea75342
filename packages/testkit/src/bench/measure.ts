/** What to measure, and how often. */
export interface MeasureOptions<Candidate extends string> {
  /** How many figures of each candidate count, 1 or more. An odd number has a figure in the middle. */
  readonly rounds: number;
  /** Each does its work once and gives its figure, such as operations in a second. */
  readonly candidates: Readonly<Record<Candidate, () => number | Promise<number>>>;
}

/** What one candidate showed. */
export interface Measured {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Measures candidates side by side: every round runs each of them once, and each round begins with another one, so that a
 * machine that slows down for a while slows all of them. A first round warms up and does not count.
 */
export async function measure<Candidate extends string>(
  options: MeasureOptions<Candidate>,
): Promise<Readonly<Record<Candidate, Measured>>> {
  const { rounds, candidates } = options;
  if (!(Number.isInteger(rounds) && rounds >= 1)) throw new RangeError(`rounds must be 1 or more, got ${rounds}`);
  const names = Object.keys(candidates) as Candidate[];
  const figures = new Map(names.map((name) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round += 1) {
    const start = round % names.length;
    for (const name of [...names.slice(start), ...names.slice(0, start)]) {
      const figure = await candidates[name]();
      if (round > 0) figures.get(name)?.push(figure);
    }
  }
  return Object.fromEntries([...figures].map(([name, values]) => [name, summary(values)])) as Record<
    Candidate,
    Measured
  >;
}

function summary(values: readonly number[]): Measured {
  const sorted = values.toSorted((left, right) => left - right);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]] as [number, number];
  return { median: (low + high) / 2, min: sorted[0] as number, max: sorted.at(-1) as number };
}

/** Runs `work` once, which does `count` things, and gives how many that would be in a second. */
export async function ratePerSecond(count: number, work: () => unknown): Promise<number> {
  const startedAt = performance.now();
  await work();
  return count / ((performance.now() - startedAt) / 1_000);
}
