/** Whether `npm run bench -- --quick` asked for a short look: smaller counts, fewer rounds, under 10 seconds a bench. */
export function isQuickBench(): boolean {
  return process.env.TOCSIN_BENCH_QUICK === "1" || process.argv.includes("--quick");
}
