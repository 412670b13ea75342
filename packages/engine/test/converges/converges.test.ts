import type { Store } from "@tocsin/store";
import fc from "fast-check";
import { afterAll, beforeAll, describe, test } from "vitest";
import { openMemoryStore } from "./walk/open-store.ts";
import { BOT_SCENARIOS, settings, WEBHOOK_SCENARIOS } from "./walk/scenarios.ts";
import { steps } from "./walk/steps.ts";
import { walk } from "./walk/walk.ts";

/** More with `TOCSIN_RUNS`, others with `TOCSIN_SEED`; a failure prints its seed. */
const RUN_COUNT = Number(process.env.TOCSIN_RUNS ?? 40);
const SEED = Number(process.env.TOCSIN_SEED ?? 20_260_101);

describe("whatever happens", () => {
  let opened: { store: Store; close: () => Promise<void> };
  beforeAll(async () => {
    opened = await openMemoryStore();
  });
  afterAll(() => opened.close());
  test.each([...WEBHOOK_SCENARIOS, ...BOT_SCENARIOS])(
    "$name",
    async (scenario) => {
      await fc.assert(
        fc.asyncProperty(settings, steps, (set, path) => walk(opened.store, { scenario, settings: set, path })),
        { numRuns: RUN_COUNT, seed: SEED },
      );
    },
    120_000,
  );
});
