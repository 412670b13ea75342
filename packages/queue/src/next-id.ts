import { monotonicFactory } from "ulid";

const next = monotonicFactory();

/** A ULID that sorts after every earlier one of this process, also within one millisecond or when the clock goes back. */
export const nextId = (nowMs: number): string => next(nowMs);
