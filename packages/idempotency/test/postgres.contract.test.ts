import { idempotencyContract } from "@tocsin/idempotency/testing";
import { sharedPostgres, skipUnless } from "@tocsin/testkit";
import { describe } from "vitest";
import { postgresHarness } from "./support/postgres-harness.ts";

const { isReachable } = await sharedPostgres();

describe.skipIf(skipUnless(isReachable, "Postgres"))("with a real Postgres", () =>
  idempotencyContract(postgresHarness),
);
