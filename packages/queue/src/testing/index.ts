export type { DeliveryLogHarness, DeliveryLogSetup, DeliveryLogUnderTest } from "./delivery-log/bench.ts";
export { deliveryLogContract } from "./delivery-log-contract.ts";
export {
  type LaneSchedulerHarness,
  type LaneSchedulerSetup,
  type LaneSchedulerUnderTest,
  laneSchedulerContract,
} from "./lane-scheduler-contract.ts";
