import { createInProcessScheduler } from "@tocsin/queue";
import { laneSchedulerContract } from "@tocsin/queue/testing";

laneSchedulerContract({
  create: ({ probe, onError }) => ({ scheduler: createInProcessScheduler({ probe, onError }), close: async () => {} }),
});
