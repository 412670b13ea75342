import { describe } from "vitest";
import { createMemoryDriver } from "../src/drivers/memory.ts";
import { rateLimiterContract } from "../src/testing/index.ts";

describe("the memory driver", () => {
  let nowMs = 1_000_000;
  rateLimiterContract({
    capabilities: { clock: "caller", shared: false },
    create: async () => createMemoryDriver(),
    now: () => nowMs,
    advance: async (ms) => {
      nowMs += ms;
    },
  });
});
