export type {
  DeadLetter,
  Debt,
  Delivery,
  DeliveryLog,
  LaneRef,
  Lease,
  QueueStatus,
  Send,
  SendPlan,
  Settlement,
} from "./delivery-log.ts";
export { createInProcessScheduler, type InProcessSchedulerOptions } from "./in-process-scheduler.ts";
export type { Drain, LaneScheduler, RunningScheduler, RunOptions } from "./lane-scheduler.ts";
export type { RetryPolicy } from "./retry.ts";
export { createDeliveryLog, type DeliveryLogOptions } from "./sql/create-delivery-log.ts";
export { queueMigrations } from "./sql/migrations.ts";
