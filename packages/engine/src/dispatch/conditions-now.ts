import type { AlertRecord } from "../engine.ts";
import type { Condition } from "../plan/condition.ts";

/** Tells which of some alerts are to be kept quiet about, and until when. */
export type ConditionsOf = (
  organizationId: string,
  records: readonly AlertRecord[],
) => Promise<ReadonlyMap<string, Condition>>;

export interface ConditionSource {
  readonly conditionsOf: ConditionsOf;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

/** Conditions are looked at again at least so often: no database stores a time without an end. */
const MAX_CONDITION_MS = 86_400_000;
/** Far less than a lease lasts: whoever holds a lane does not wait for others. */
const TIMEOUT_MS = 5_000;

/** The conditions that hold now. Where nobody can say in time whether to keep quiet, or what was said is over, an alert is shown. */
export async function conditionsNow(
  organizationId: string,
  records: readonly AlertRecord[],
  { conditionsOf, now, onError }: ConditionSource,
): Promise<ReadonlyMap<string, Condition>> {
  try {
    const found = await inTime(conditionsOf(organizationId, records));
    const nowMs = now();
    return new Map(
      [...found].flatMap(([id, { kind, untilAt }]): [string, Condition][] =>
        untilAt > nowMs ? [[id, { kind, untilAt: Math.min(untilAt, nowMs + MAX_CONDITION_MS) }]] : [],
      ),
    );
  } catch (error) {
    onError(error);
    return new Map();
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`conditionsOf gave no answer within ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
