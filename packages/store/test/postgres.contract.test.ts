import { openPostgresStore } from "@tocsin/store";
import { storeContract } from "@tocsin/store/testing";
import { sharedPostgres, skipUnless } from "@tocsin/testkit";
import { describe } from "vitest";
import { postgresSchema } from "./postgres-schema.ts";

const postgres = await sharedPostgres();

describe.skipIf(skipUnless(postgres.isReachable, "Postgres")).each([
  // All that waits shares a transaction, and next to nothing does.
  { writerCount: 1 },
  { writerCount: 4 },
])("on Postgres with $writerCount groups at a time", ({ writerCount }) => {
  storeContract({
    capabilities: { isShared: true, isSerial: false },
    create() {
      const schema = postgresSchema(postgres.url);
      return {
        open: (migrations) => openPostgresStore({ url: postgres.url, schema: schema.name, migrations, writerCount }),
        close: schema.remove,
      };
    },
  });
});
