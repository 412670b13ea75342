import { describe, expect, test } from "vitest";
import { decideRetry, type FailedCall } from "./decide-retry.ts";
import { DEFAULT_RETRY } from "./retry.ts";

const NOW = 1_800_000_000_000;
const DAY_MS = 86_400_000;

function decide(call: Partial<FailedCall>) {
  const failed: FailedCall = {
    outcome: { kind: "retryable", reason: "server-error" },
    attemptCount: 1,
    lostAnswerCount: 0,
    failingSince: null,
    lane: { failureCount: 0, pausedUntil: 0 },
    ...call,
  };
  return decideRetry(failed, { policy: DEFAULT_RETRY, nowMs: NOW, random: () => 1 });
}

type Row<Expected> = readonly [name: string, call: Partial<FailedCall>, expected: Expected];

const unknown = { kind: "unknown", reason: "server-error" } as const;
const limited = { kind: "retryable", reason: "rate-limited", retryAfterMs: 700 } as const;
const aborted = { kind: "retryable", reason: "aborted" } as const;
/** Our own limiter says that the wait would be too long. */
const deferred = { kind: "retryable", reason: "deferred", retryAfterMs: 90_000 } as const;

describe("whether exactly the same call is repeated", () => {
  const rows: readonly Row<boolean>[] = [
    ["a sure failure is planned anew", {}, false],
    ["what may have been done is repeated", { outcome: unknown }, true],
    ["a sure failure after a lost answer is repeated", { lostAnswerCount: 1 }, true],
    ["given up before it began: planned anew", { outcome: aborted }, false],
    ["given up before it began, after a lost answer: repeated", { outcome: aborted, lostAnswerCount: 2 }, true],
    ["deferred: planned anew", { outcome: deferred }, false],
    ["deferred after a lost answer: repeated", { outcome: deferred, lostAnswerCount: 1 }, true],
  ];
  test.each(rows)("%s", (_name, call, sealed) => {
    expect(decide(call)).toMatchObject({ kind: "again", sealed });
  });
});

describe("when a call is given up", () => {
  const expired = { kind: "dead", reason: "expired" };
  const rows: readonly Row<object>[] = [
    ["after a day of failures", { failingSince: NOW - DAY_MS }, { ...expired, mayBeDelivered: false }],
    [
      "after a day, an answer lost",
      { failingSince: NOW - DAY_MS, lostAnswerCount: 1 },
      { ...expired, mayBeDelivered: true },
    ],
    ["not before", { failingSince: NOW - DAY_MS + 1 }, { kind: "again" }],
    [
      "never for a lease that was over",
      { outcome: { kind: "retryable", reason: "expired" }, failingSince: NOW - 9 * DAY_MS },
      { kind: "again", counts: false },
    ],
    ["never for being asked to wait", { outcome: limited, failingSince: NOW - 9 * DAY_MS }, { kind: "again" }],
    ["never for a shutdown", { outcome: aborted, failingSince: NOW - 9 * DAY_MS }, { kind: "again", counts: false }],
    [
      "never for being deferred",
      { outcome: deferred, failingSince: NOW - 9 * DAY_MS },
      { kind: "again", counts: false },
    ],
    [
      "as poison, when it keeps failing while others succeed",
      { outcome: unknown, attemptCount: 10 },
      { kind: "dead", reason: "server-error", mayBeDelivered: true },
    ],
    ["not as poison before the tenth attempt", { outcome: unknown, attemptCount: 9 }, { kind: "again" }],
    [
      "not as poison while the whole lane fails",
      { outcome: unknown, attemptCount: 500, lane: { failureCount: 3, pausedUntil: 0 } },
      { kind: "again" },
    ],
  ];
  test.each(rows)("%s", (_name, call, expected) => {
    expect(decide(call)).toMatchObject(expected);
  });
});

describe("how the lane pauses", () => {
  const rows: readonly Row<object>[] = [
    [
      "for a back-off that grows with the failures in a row",
      { lane: { failureCount: 3, pausedUntil: 0 } },
      { failureCount: 4, pausedUntil: NOW + 4_000 },
    ],
    ["for what the server asked", { outcome: limited }, { failureCount: 1, pausedUntil: NOW + 700 }],
    [
      "never shorter than it is paused already, and counted once",
      { outcome: limited, lane: { failureCount: 1, pausedUntil: NOW + 5_000 } },
      { failureCount: 1, pausedUntil: NOW + 5_000 },
    ],
    ["not at all for a shutdown", { outcome: aborted }, { failureCount: 0, pausedUntil: 0 }],
    [
      "not at all for being deferred, however long the wait, and as before if it was paused",
      { outcome: deferred, lane: { failureCount: 2, pausedUntil: NOW + 5_000 } },
      { failureCount: 2, pausedUntil: NOW + 5_000 },
    ],
  ];
  test.each(rows)("%s", (_name, call, lane) => {
    expect(decide(call)).toMatchObject({ kind: "again", lane });
  });
});
