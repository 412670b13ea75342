import { idempotencyContract } from "@tocsin/idempotency/testing";
import { sqliteHarness } from "./support/sqlite-harness.ts";

idempotencyContract(sqliteHarness);
