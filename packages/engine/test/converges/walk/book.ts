import type { AlertRecord } from "../../../src/index.ts";
import type { SeverityName, Shape } from "./steps.ts";

/** What was said of an alert under one title. */
export interface Said {
  readonly key: string | null;
  readonly severity: SeverityName;
  readonly isResolved: boolean;
  readonly shape: Shape;
}

/** What was accepted: what the channels are measured by. */
export interface Book {
  /** A title that was never used. */
  newTitle(said: Said): string;
  saidUnder(title: string): Said | undefined;
  /** Notes what became of it, and where it is owed from now on: by routes that choose `chosen`. */
  note(title: string, record: AlertRecord, chosen: readonly string[]): void;
  alertOf(title: string): string | undefined;
  /** Whether anything that was said of an alert was so. A resolve keeps what it does not repeat. */
  wasEver(alertId: string, shape: Shape): boolean;
  isOwed(alertId: string, lane: string): boolean;
  readonly acceptedCount: () => number;
}

export function createBook(): Book {
  const said = new Map<string, Said>();
  const alerts = new Map<string, string>();
  const owed = new Map<string, Set<string>>();
  let acceptedCount = 0;
  return {
    newTitle(what) {
      const title = `job${what.key ?? ""} n${said.size}`.replace("job ", "jobx ");
      said.set(title, what);
      return title;
    },
    saidUnder: (title) => said.get(title),
    note(title, record, chosen) {
      acceptedCount += 1;
      alerts.set(title, record.id);
      const lanes = owed.get(record.id) ?? new Set<string>();
      const isNewsToAll = record.alert.status === "active" || record.revision === 1 || lanes.size === 0;
      if (isNewsToAll) for (const lane of chosen) lanes.add(lane);
      owed.set(record.id, lanes);
    },
    alertOf: (title) => alerts.get(title),
    wasEver: (alertId, shape) => [...alerts].some(([title, id]) => id === alertId && said.get(title)?.shape === shape),
    isOwed: (alertId, lane) => owed.get(alertId)?.has(lane) ?? false,
    acceptedCount: () => acceptedCount,
  };
}
