import { createDeliveryLog } from "@tocsin/queue";
import { deliveryLogContract } from "@tocsin/queue/testing";
import type { Store } from "@tocsin/store";
import { skipUnless } from "@tocsin/testkit";
import { sql } from "kysely";
import { afterAll, beforeAll, describe } from "vitest";
import { openPostgres, postgres } from "./open-postgres.ts";

describe.skipIf(skipUnless(postgres.isReachable, "Postgres"))("on Postgres", () => {
  let store: Store;
  beforeAll(async () => {
    store = await openPostgres();
  });
  afterAll(() => store.close());

  deliveryLogContract({
    async create(setup) {
      await store.write((tx) => sql`truncate deliveries, sends, lanes, dead_letters`.execute(tx));
      const createLog = () => createDeliveryLog({ ...setup, store, clock: "caller" });
      return { log: createLog(), createRival: createLog, write: store.write, close: async () => {} };
    },
  });
});
