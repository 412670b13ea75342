/** The cost of each operation with 1,000 to 1,000,000 queued deliveries, on SQLite. */
import { benchBacklog } from "./bench-backlog.ts";
import { sqliteStores } from "./bench-stores.ts";

await using stores = await sqliteStores();
await benchBacklog("SQLite", stores);
