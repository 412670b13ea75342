import type { DestinationStream } from "pino";
import { buildRelay, createLogger, type Relay, type RelayOptions } from "../src/index.ts";
import { createFakeEngine, type FakeEngine } from "./fake-engine.ts";

export interface TestRelay extends Relay {
  readonly engine: FakeEngine;
  /** Every log line so far, as it was written. */
  readonly lines: readonly string[];
}

/** A relay over a fake engine, with its log in memory. */
export function createTestRelay(options: Partial<RelayOptions> = {}): TestRelay {
  const engine = createFakeEngine();
  const lines: string[] = [];
  const destination: DestinationStream = { write: (line) => lines.push(line) };
  const relay = buildRelay({ engine, logger: createLogger({ level: "debug", destination }), ...options });
  return { ...relay, engine, lines };
}
