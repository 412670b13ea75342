import { idempotencyContract } from "@tocsin/idempotency/testing";
import { sharedRedis, skipUnless } from "@tocsin/testkit";
import { describe } from "vitest";
import { redisHarness } from "./support/redis-harness.ts";

const { isReachable } = await sharedRedis();

describe.skipIf(skipUnless(isReachable, "Redis"))("with a real Redis", () => idempotencyContract(redisHarness));
