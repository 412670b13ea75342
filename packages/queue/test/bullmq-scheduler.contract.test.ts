import { laneSchedulerContract } from "@tocsin/queue/testing";
import { sharedRedis, skipUnless } from "@tocsin/testkit";
import { describe } from "vitest";
import { createHarness } from "./bullmq-harness.ts";

const redis = await sharedRedis();

describe.skipIf(skipUnless(redis.isReachable, "Redis"))("BullMQ", () => {
  laneSchedulerContract({
    async create(setup) {
      const harness = createHarness(redis.url);
      const { scheduler } = await harness.open(setup);
      return { scheduler, close: () => harness[Symbol.asyncDispose]() };
    },
  });
});
