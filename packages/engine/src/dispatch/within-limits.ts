import { setTimeout as delay } from "node:timers/promises";
import type { DiscordOperation, Transport } from "@tocsin/discord-transport";
import type { PlannedSend } from "../plan/plan-lane.ts";
import { permitPriority } from "../priority.ts";

/** A call waits so long for Discord's limits at most while its lane is held. */
export const MAX_PERMIT_WAIT_MS = 2_000;
/** Limits are asked about again at least so often: they are a forecast. */
export const MAX_LIMITED_MS = 60_000;

export interface WithinLimitsOptions {
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

/** What may go, and when the rest may, if there is one. */
export interface WithinLimits {
  readonly ready: readonly PlannedSend[];
  /** Epoch milliseconds. */
  readonly limitedUntil: number | null;
}

/** Only what Discord's limits let go soon is sealed: the rest is planned anew when its time has come, as it is then. */
export async function withinLimits(
  sends: readonly PlannedSend[],
  transport: Transport | undefined,
  { now, onError }: WithinLimitsOptions,
): Promise<WithinLimits> {
  const operations = sends.flatMap(({ call }) => call?.operation ?? []);
  if (transport?.estimateWaits === undefined || operations.length === 0) return { ready: sends, limitedUntil: null };
  const priority = permitPriority(Math.max(...sends.flatMap(prioritiesOf)));
  const waits = await forecast(transport.estimateWaits, operations, priority, onError);
  const limited = new Set(operations.filter((_, index) => (waits[index] ?? 0) > MAX_PERMIT_WAIT_MS));
  const ready = sends.filter(({ call }) => call === null || !limited.has(call.operation));
  const limitedUntil = limited.size === 0 ? null : now() + Math.min(MAX_LIMITED_MS, ...waits);
  return { ready, limitedUntil };
}

const prioritiesOf = ({ covers }: PlannedSend): readonly number[] => covers.map(({ delivery }) => delivery.priority);

/** Without a forecast the calls are made: the transport asks its limiter for each again, and defers it if need be. */
async function forecast(
  estimateWaits: NonNullable<Transport["estimateWaits"]>,
  operations: readonly DiscordOperation[],
  priority: ReturnType<typeof permitPriority>,
  onError: (error: unknown) => void,
): Promise<readonly number[]> {
  const isThere = new AbortController();
  try {
    const late = delay<readonly number[]>(MAX_PERMIT_WAIT_MS, [], { signal: isThere.signal });
    return await Promise.race([estimateWaits(operations, { priority }), late.catch(() => [])]);
  } catch (error) {
    onError(error);
    return [];
  } finally {
    isThere.abort();
  }
}
