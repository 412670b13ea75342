import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { compare } from "./compare.ts";
import { reportMissing } from "./report-row.ts";

const rows: unknown[] = [];
const send = process.send;
beforeEach(() => {
  rows.length = 0;
  process.send = (row: unknown) => rows.push(row) > 0;
});
afterEach(() => {
  if (send === undefined) delete process.send;
  else process.send = send;
  vi.unstubAllEnvs();
});
const question = { bench: "queue", case: "drain", unit: "sends/s" };

test("reports a row for each candidate, the first as baseline", async () => {
  await compare({ ...question, rounds: 1, candidates: { ours: () => 20, theirs: () => 10 }, notes: { theirs: "v9" } });
  const common = { ...question, baseline: "ours" };
  expect(rows).toEqual([
    { ...common, candidate: "ours", value: 20, range: [20, 20] },
    { ...common, candidate: "theirs", value: 10, range: [10, 10], note: "v9" },
  ]);
});

test("another candidate can be the baseline", async () => {
  await compare({ ...question, rounds: 1, candidates: { ours: () => 20, theirs: () => 10 }, baseline: "theirs" });
  expect(rows).toMatchObject([{ baseline: "theirs" }, { baseline: "theirs" }]);
});

test.each([
  ["1", 2],
  ["", 6],
])("with TOCSIN_BENCH_QUICK=%j each candidate runs %d times", async (quick, count) => {
  vi.stubEnv("TOCSIN_BENCH_QUICK", quick);
  const ours = vi.fn(() => 1);
  await compare({ ...question, candidates: { ours } });
  expect(ours).toHaveBeenCalledTimes(count);
});

test("a missing service is a row without a figure", () => {
  reportMissing({ bench: "queue", case: "drain", candidate: "postgres" }, "Postgres");
  expect(rows).toMatchObject([{ candidate: "postgres", value: null, note: "Postgres is not available" }]);
});
