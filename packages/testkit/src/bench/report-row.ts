/** One line of the table that `npm run bench` prints. */
export interface BenchRow {
  /** What is measured, such as `queue`. */
  readonly bench: string;
  /** Under which conditions, such as `one at a time`. Rows of one bench, case and unit are compared. */
  readonly case: string;
  /** Whose figure it is, such as `memory` or the name of another library. */
  readonly candidate: string;
  /** A median; null where nothing could be measured, and `note` then says why. */
  readonly value: number | null;
  /** Such as `writes/s`, `ms` or `MiB`. */
  readonly unit: string;
  /** Smallest and largest figure behind the median. */
  readonly range?: readonly [number, number];
  /** The candidate whose figure is 1.00 in the column of ratios. */
  readonly baseline?: string;
  readonly note?: string;
}

/** Adds a row to the table. A bench that runs by itself, without `npm run bench`, prints the row as JSON. */
export function reportRow(row: BenchRow): void {
  if (process.send === undefined) console.log(JSON.stringify(row));
  else process.send(row);
}

/** Adds a row that says which service was missing: the bench then ends in order, without figures. */
export function reportMissing(missing: Pick<BenchRow, "bench" | "case" | "candidate">, service: string): void {
  reportRow({ ...missing, value: null, unit: "", note: `${service} is not available` });
}
