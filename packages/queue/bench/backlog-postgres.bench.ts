/** The cost of each operation with 1,000 to 1,000,000 queued deliveries, on Postgres. */
import { reportMissing } from "@tocsin/testkit";
import { benchBacklog } from "./bench-backlog.ts";
import { postgresStores } from "./bench-stores.ts";

await using stores = await postgresStores();
if (stores !== null) await benchBacklog("Postgres", stores);
else reportMissing({ bench: "queue backlog", case: "all", candidate: "Postgres" }, "Postgres");
