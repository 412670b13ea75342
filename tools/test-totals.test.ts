import { expect, test } from "vitest";
import { testTotals } from "./test-totals.mjs";

const file = (...statuses: string[]) => ({
  status: statuses.includes("failed") ? "failed" : "passed",
  assertionResults: statuses.map((status) => ({ status })),
});
const report = {
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [file("passed")],
};

test("passes when every test passed", () => {
  expect(testTotals(report, true)).toEqual({ ok: true, passed: 3, failed: 0, skipped: 0 });
});

test("counts skipped and planned tests apart", () => {
  expect(testTotals({ ...report, numPendingTests: 2, numTodoTests: 1 }, true)).toMatchObject({ ok: true, skipped: 3 });
});

test("counts each failed test", () => {
  const failed = { ...report, numFailedTests: 2, testResults: [file("failed", "failed", "passed")] };
  expect(testTotals(failed, false)).toEqual({ ok: false, passed: 3, failed: 2, skipped: 0 });
});

test("counts a file that broke before its tests", () => {
  const broken = { ...report, testResults: [{ status: "failed", assertionResults: [] }] };
  expect(testTotals(broken, false)).toMatchObject({ ok: false, failed: 1 });
});

test("fails when the run failed outside every test", () => {
  expect(testTotals(report, false)).toMatchObject({ ok: false, failed: 1 });
});

test("fails when no test ran", () => {
  expect(testTotals({ ...report, numPassedTests: 0, testResults: [] }, true)).toMatchObject({ ok: false, failed: 1 });
});

test("fails when there is no report", () => {
  expect(testTotals(undefined, true)).toMatchObject({ ok: false, failed: 1 });
});
