import type { Store } from "@tocsin/store";
import type { Moment } from "./moment.ts";

/** What every statement of one call of a log needs to know. */
export interface CallContext {
  readonly store: Store;
  /**
   * Whether writers run side by side (Postgres): rows are then locked before they are judged, always the lane first, then
   * deliveries by subject, so that nobody waits in a circle. On SQLite a write transaction is alone already.
   */
  readonly locksRows: boolean;
  readonly moment: Moment;
}
