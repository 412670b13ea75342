import { expect, test } from "vitest";
import { messages, webhook } from "../../testing/discord-answers.ts";
import { DEFAULT_LIMITS } from "../default-limits.ts";
import type { Grant } from "../limit-driver.ts";
import { NOT_SENT } from "../read-answer.ts";
import { createLimitsState, sizeOf, sweep } from "./limits-state.ts";
import { settle } from "./settle.ts";
import { take } from "./take.ts";

const NOW = 1_800_000_000_000;
const at = (nowMs: number) => ({ nowMs, limits: DEFAULT_LIMITS });

function grant(state: ReturnType<typeof createLimitsState>, route: Grant["route"], nowMs: number): Grant {
  const request = { route, permitId: `${route.major} ${nowMs}`, waiterId: "waiter", level: 1, mayUseReserve: true };
  const answer = take(state, { ...request, maxAgeMs: null, nowMs }, at(nowMs));
  if (answer.kind !== "granted") throw new Error(`expected a permit, got ${answer.kind}`);
  return answer;
}

const reading = { hash: "hash", limitCount: 5, remainingCount: 4, resetAfterMs: 1_000, resetAtMs: NOW + 1_000 };

test("what is idle is forgotten, what still counts is not", () => {
  const state = createLimitsState();
  const busy = grant(state, messages(0), NOW);
  for (let index = 1; index < 40; index += 1) {
    const nowMs = NOW + 30 * index;
    const route = index % 2 === 0 ? messages(index) : webhook(index, "900");
    settle(state, grant(state, route, nowMs), { ...NOT_SENT, kind: "answered", reading }, at(nowMs));
  }
  sweep(state, NOW + 10_000);
  // The bucket with a permit under way, the channel, the limit of the bot, and two hashes.
  expect([state.buckets.size, state.webhookChannels.size, state.globals.size, state.hashes.size]).toEqual([1, 1, 1, 2]);
  settle(state, busy, { ...NOT_SENT, kind: "lost" }, at(NOW + 10_000));
  sweep(state, NOW + 25 * 3_600_000);
  expect(sizeOf(state)).toBe(0);
});

test("a permit that nobody settles keeps nothing for ever", () => {
  const state = createLimitsState();
  for (let index = 0; index < 10; index += 1) grant(state, messages(index), NOW);
  sweep(state, NOW + 29_000);
  expect(state.buckets.size).toBe(10);
  sweep(state, NOW + 32_000);
  expect(sizeOf(state)).toBe(0);
});
