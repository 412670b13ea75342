import type { BenchRow } from "../packages/testkit/src/bench/report-row.ts";

const HEAD = ["bench", "case", "candidate", "median", "range", "ratio", "note"];
/** Numbers are easier to compare when their ends are below each other. */
const RIGHT = new Set(["median", "range", "ratio"]);

/** The rows as one table of plain text. The ratio is a figure divided by the baseline's of the same bench, case and unit. */
export function benchTable(rows: readonly BenchRow[]): string {
  const cells = rows.map((row) => [
    row.bench,
    row.case,
    row.candidate,
    row.value === null ? "–" : `${formatFigure(row.value)} ${row.unit}`,
    row.range === undefined || row.range[0] === row.range[1] ? "" : row.range.map(formatFigure).join(" – "),
    ratioOf(row, rows)?.toFixed(2) ?? "",
    row.note ?? "",
  ]);
  const widths = HEAD.map((_, column) => Math.max(...[HEAD, ...cells].map((line) => (line[column] ?? "").length)));
  const format = (line: readonly string[]): string =>
    line
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return RIGHT.has(HEAD[column] ?? "") ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  return [format(HEAD), widths.map((width) => "-".repeat(width)).join("  "), ...cells.map(format)].join("\n");
}

function ratioOf(row: BenchRow, rows: readonly BenchRow[]): number | undefined {
  const base = rows.find(
    (other) =>
      other.candidate === row.baseline &&
      other.bench === row.bench &&
      other.case === row.case &&
      other.unit === row.unit,
  );
  if (row.value === null || base === undefined || base.value === null || base.value === 0) return undefined;
  return row.value / base.value;
}

/** Three figures that count; whole numbers in groups of three digits. */
function formatFigure(value: number): string {
  return value.toLocaleString("en-US", { maximumSignificantDigits: 3 });
}
