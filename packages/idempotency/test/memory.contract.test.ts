import { idempotencyContract } from "@tocsin/idempotency/testing";
import { memoryHarness } from "./support/memory-harness.ts";

idempotencyContract(memoryHarness);
