export type {
  DeadLetter,
  DeadLetterFilter,
  DeadLetterPage,
  DeadLetterQuery,
  PurgeOptions,
  PurgeResult,
  PurgeSelection,
  RedriveManyOptions,
  RedriveManyResult,
  Redriven,
  RedriveOptions,
  RedriveResult,
} from "./dead-letter.ts";
export type {
  Debt,
  Delivery,
  DeliveryLog,
  DeliveryOutcome,
  Lease,
  OwedDelivery,
  QueueDepth,
  QueueStatus,
  Send,
  SendPlan,
  Settlement,
  Unfinished,
} from "./delivery-log.ts";
export { createInProcessScheduler, type InProcessSchedulerOptions } from "./in-process-scheduler.ts";
export type { LaneRef } from "./lane-ref.ts";
export type { Drain, LaneScheduler, RunningScheduler, RunOptions } from "./lane-scheduler.ts";
export { type QueueMetricsOptions, registerQueueMetrics } from "./queue-metrics.ts";
export type { RetryPolicy } from "./retry.ts";
export { createDeliveryLog, type DeliveryLogOptions } from "./sql/create-delivery-log.ts";
export { queueMigrations } from "./sql/migrations.ts";
