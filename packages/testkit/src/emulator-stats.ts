import { waitFor } from "./wait-for.ts";

/** A running local Discord, as far as it is asked here. */
export interface AskedEmulator {
  /** Asks its control API, with a body by POST. */
  control(path: string, body?: object): Promise<unknown>;
}

/** What the emulator has counted since its start. */
export interface EmulatorStats {
  readonly requests: number;
  /** Answers 429 by scope, injected ones too. */
  readonly rate_limited: Readonly<Record<string, number>>;
  readonly lost_answers: { readonly count: number; readonly message_ids: readonly string[] };
}

/** A fault, and how often it has struck. */
export interface StruckFault {
  readonly id: string;
  readonly effect: Readonly<Record<string, unknown>>;
  readonly match?: Readonly<Record<string, unknown>>;
  /** How often it can strike; absent: always. */
  readonly count?: number;
  readonly struck: number;
}

export const statsOf = async (emulator: AskedEmulator): Promise<EmulatorStats> =>
  (await emulator.control("/stats")) as EmulatorStats;

export const faultsOf = async (emulator: AskedEmulator): Promise<readonly StruckFault[]> =>
  (await emulator.control("/faults")) as readonly StruckFault[];

/** Adds faults and waits until all of them have struck as often as they can. */
export async function strikeAll(emulator: AskedEmulator, rules: readonly object[]): Promise<void> {
  const added = await Promise.all(rules.map(async (rule) => (await emulator.control("/faults", rule)) as StruckFault));
  const ids = new Set(added.map(({ id }) => id));
  const areDone = async () =>
    (await faultsOf(emulator)).filter(({ id }) => ids.has(id)).every(({ struck, count }) => struck === count);
  await waitFor(areDone, { timeoutMs: 30_000, intervalMs: 20 });
}

/** Waits until no request has ended for so long. */
export async function untilQuiet(emulator: AskedEmulator, quietMs: number): Promise<void> {
  let last = { requests: -1, at: 0 };
  const isQuiet = async (): Promise<boolean> => {
    const { requests } = await statsOf(emulator);
    if (requests !== last.requests) last = { requests, at: performance.now() };
    return performance.now() - last.at >= quietMs;
  };
  await waitFor(isQuiet, { timeoutMs: 60_000, intervalMs: 50 });
}
