import { TocsinError } from "@tocsin/errors";

/** New for every caller: whoever passes an error on may add to its stack. */
export const storeClosed = (): TocsinError => new TocsinError("the store is closed", { code: "STORE_CLOSED" });

export const lockOutsideWrite = (): TocsinError =>
  new TocsinError("lock takes the handle that write gave to the work, and only while that work runs", {
    code: "STORE_LOCK_OUTSIDE_WRITE",
  });
