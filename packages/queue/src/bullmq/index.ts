export type { BullmqScheduler, BullmqSchedulerOptions, SharingState } from "./bullmq-scheduler.ts";
export { createBullmqScheduler } from "./create-bullmq-scheduler.ts";
