import { createMemoryStore } from "@tocsin/idempotency/drivers/memory";
import type { IdempotencyHarness } from "@tocsin/idempotency/testing";
import { createFakeClock } from "@tocsin/testkit";

export const memoryHarness: IdempotencyHarness = {
  name: "memory",
  capabilities: { clock: "caller", shared: false, transactional: false },
  async create() {
    const clock = createFakeClock();
    return {
      store: createMemoryStore({ maxCount: 1_000, now: clock.now }),
      advance: async (ms) => clock.advance(ms),
      async [Symbol.asyncDispose]() {},
    };
  },
};
