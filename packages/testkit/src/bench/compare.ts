import { isQuickBench } from "./is-quick-bench.ts";
import { type MeasureOptions, measure } from "./measure.ts";
import { type BenchRow, reportRow } from "./report-row.ts";

/** What {@link compare} measures, and what the rows say. */
export interface CompareOptions<Candidate extends string>
  extends Omit<MeasureOptions<Candidate>, "rounds">,
    Pick<BenchRow, "bench" | "case" | "unit"> {
  /** @default the first candidate */
  readonly baseline?: NoInfer<Candidate>;
  /** @default 5, and 1 in a quick run */
  readonly rounds?: number;
  readonly notes?: Readonly<Partial<Record<NoInfer<Candidate>, string>>>;
}

const ROUNDS = 5;

/** Measures candidates side by side and adds a row for each. */
export async function compare<Candidate extends string>(options: CompareOptions<Candidate>): Promise<void> {
  const { bench, case: name, unit, candidates, notes = {} } = options;
  const rounds = options.rounds ?? (isQuickBench() ? 1 : ROUNDS);
  const measured = Object.entries(await measure({ rounds, candidates })) as [
    Candidate,
    { median: number; min: number; max: number },
  ][];
  const baseline = options.baseline ?? measured[0]?.[0];
  for (const [candidate, { median, min, max }] of measured) {
    const note = (notes as Readonly<Partial<Record<Candidate, string>>>)[candidate];
    reportRow({
      ...{ bench, case: name, candidate, value: median, unit, range: [min, max] },
      ...(baseline === undefined ? {} : { baseline }),
      ...(note === undefined ? {} : { note }),
    });
  }
}
