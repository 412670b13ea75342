import type { Lease, Send } from "@tocsin/queue";
import { expect, test } from "vitest";
import { executeSend } from "./execute-send.ts";

const LANE = { organizationId: "default", laneId: "alerts" };
const lease: Lease = { ...LANE, owner: "me", fence: 1, expiresAt: Date.now() + 30_000, failureCount: 0 };
const send: Send = {
  ...LANE,
  sendId: "1",
  operation: { kind: "send", message: { content: "disk full" } },
  covers: [],
  priority: 0,
  attemptCount: 1,
  lostAnswerCount: 0,
  traceparent: null,
};

test("a call that was sealed while its lease ran out is not made, and surely not done", async () => {
  const calls: unknown[] = [];
  const transport = {
    capabilities: { enforcesNonce: false, edits: true, startsThreads: false },
    // Heeds no signal.
    execute: (operation: unknown) => {
      calls.push(operation);
      return new Promise<never>(() => {});
    },
    close: async () => {},
  };
  const options = { destinationOf: () => ({ transport }), stopSending: AbortSignal.abort(), onError: () => {} };
  expect(await executeSend(send, lease, options)).toEqual({ kind: "retryable", reason: "aborted" });
  expect(calls).toEqual([]);
});
