/**
 * Adds up a vitest JSON report. Each test counts once; a file that broke before its tests, an error outside every test and
 * a run without any test count as one failure.
 *
 * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   testResults: { status: string, assertionResults: { status: string }[] }[] } | undefined} report undefined: none was written
 * @param {boolean} exitedWell whether vitest ended with exit code 0
 * @returns {{ ok: boolean, passed: number, failed: number, skipped: number }}
 */
export function testTotals(report, exitedWell) {
  if (report === undefined) return { ok: false, passed: 0, failed: 1, skipped: 0 };
  const brokenFileCount = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some(({ status }) => status === "failed"),
  ).length;
  const passed = report.numPassedTests;
  const counted = report.numFailedTests + brokenFileCount;
  const failed = counted === 0 && (!exitedWell || passed === 0) ? 1 : counted;
  return { ok: failed === 0, passed, failed, skipped: report.numPendingTests + report.numTodoTests };
}
