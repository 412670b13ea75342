export {
  createMemoryLimitDriver,
  type MemoryLimitDriver,
  type MemoryLimitDriverOptions,
} from "../discord/memory-limit-driver.ts";
export { createMemoryDriver, type MemoryDriver, type MemoryDriverOptions } from "./memory-driver.ts";
