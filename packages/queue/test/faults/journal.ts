import { existsSync, readFileSync } from "node:fs";
import type { Settlement } from "@tocsin/queue";

export const JOURNAL_LANE = { organizationId: "default", laneId: "alerts" };

/** Where a worker can be stopped: between any two of lease, seal, call, settle and its commit. */
export const POINTS = ["leased", "sealed", "called", "settling", "settled"] as const;
export type Point = (typeof POINTS)[number];

export interface WorkerOptions {
  readonly location: { readonly file: string } | { readonly url: string; readonly schema: string };
  /** The file that it writes to. */
  readonly journal: string;
  readonly stopAt: Point | null;
  readonly leaseMs: number;
}

export type JournalEntry =
  | { readonly kind: "call"; readonly sendId: string; readonly body: string }
  | {
      readonly kind: "answer";
      readonly sendId: string;
      readonly lostAnswerCount: number;
      readonly settlement: Settlement["kind"];
    };

/** What the world saw of all workers that wrote to the file. */
export interface Journal {
  /** The body of each call in the order in which they were made. */
  readonly bodies: readonly string[];
  /** Bodies that were seen under one id: more than one would be another message under an old name. */
  readonly bodiesOfSends: readonly (readonly string[])[];
  /** Calls beyond the first of each send, and how many of them the recorded answers own up to. */
  readonly repeatedCount: number;
  readonly admittedCount: number;
  readonly settlements: readonly Settlement["kind"][];
}

export function readJournal(file: string): Journal {
  const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  const entries = lines.map((line) => JSON.parse(line) as JournalEntry);
  const calls = entries.filter((entry) => entry.kind === "call");
  const answers = entries.filter((entry) => entry.kind === "answer");
  const sends = [...Map.groupBy(calls, ({ sendId }) => sendId).values()];
  return {
    bodies: calls.map(({ body }) => JSON.parse(body) as string),
    bodiesOfSends: sends.map((ofOne) => [...new Set(ofOne.map(({ body }) => body))]),
    repeatedCount: calls.length - sends.length,
    admittedCount: answers.reduce((sum, { lostAnswerCount }) => sum + lostAnswerCount, 0),
    settlements: answers.map(({ settlement }) => settlement),
  };
}
