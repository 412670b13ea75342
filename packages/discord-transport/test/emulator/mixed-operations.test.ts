import { expect, test } from "vitest";
import { runMixedOperations } from "./mixed-run.ts";

/** With `TOCSIN_OPERATION_COUNT=10000` it is a long run, and prints what it saw. */
const { TOCSIN_OPERATION_COUNT, TOCSIN_SEED } = process.env;
const OPERATION_COUNT = Number(TOCSIN_OPERATION_COUNT ?? 1_000);
const SEED = Number(TOCSIN_SEED ?? 20_260_101);
const TIMEOUT_MS = 90_000 + 60 * OPERATION_COUNT;

test(`of ${OPERATION_COUNT} mixed operations with every fault none is lost, and none doubled but where a webhook's answer was lost (TOCSIN_SEED=${SEED})`, {
  timeout: TIMEOUT_MS,
}, async () => {
  const run = await runMixedOperations(OPERATION_COUNT, SEED);
  const { differences, faults } = run;
  const struckCounts = new Map<string, number>();
  for (const { effect, struck } of faults) {
    const name = JSON.stringify(effect);
    struckCounts.set(name, (struckCounts.get(name) ?? 0) + struck);
  }
  if (TOCSIN_OPERATION_COUNT !== undefined) {
    const differenceCounts = Object.entries(differences).map(([name, each]) => [name, each.length]);
    const figures = { faults: Object.fromEntries(struckCounts), differences: Object.fromEntries(differenceCounts) };
    console.log(JSON.stringify({ seed: SEED, ...run, ...figures }, null, 2));
  }

  expect(differences).toMatchObject({ lost: [], botDoubles: [], unexplainedDoubles: [], wrong: [] });
  expect([...struckCounts].filter(([, count]) => count === 0).map(([name]) => name)).toEqual([]);
  expect(run.requestCountInBan).toBe(0);
  expect(run.limitedCounts).toMatchObject({ user: 0, global: 0 });
});
