import { array, assert, integer, property } from "fast-check";
import { expect, test } from "vitest";
import { createSessionLog } from "./session-log.ts";

const lengths = array(integer({ min: 0, max: 40 }), { maxLength: 60 });
const atMost = (max: number) => integer({ min: 1, max });

test("holds as many of the last dispatches as count and characters allow, unread ones longer, and always the last", () => {
  assert(
    property(
      lengths,
      atMost(12),
      atMost(12),
      atMost(200),
      atMost(60),
      (sizes, maxCount, maxUnreadCount, maxChars, readSeq) => {
        const log = createSessionLog({ maxCount, maxUnreadCount, maxChars });
        const all = sizes.map((size) => "x".repeat(size));
        for (const json of all) log.append("T", json, readSeq);
        const charsFrom = (index: number) => all.slice(index).join("").length;
        const unread = Math.min(Math.max(0, all.length - readSeq), maxCount + maxUnreadCount);
        let first = Math.max(0, all.length - Math.max(maxCount, unread));
        while (first < all.length - 1 && charsFrom(first) > maxChars) first += 1;
        expect(log.lastSeq()).toBe(all.length);
        for (let seq = 0; seq <= all.length; seq += 1) {
          expect(log.reachesBackTo(seq)).toBe(seq >= first);
          expect(log.charsAfter(seq)).toBe(charsFrom(Math.max(seq, first)));
          if (seq > first) expect(log.frame(seq)).toBe(`{"t":"T","s":${seq},"op":0,"d":${all[seq - 1]}}`);
        }
        expect(log.reachesBackTo(all.length + 1)).toBe(false);
      },
    ),
    { seed: 3, numRuns: 500 },
  );
});

test("what a reader could not keep up with can be replayed, and as much again as always", () => {
  const log = createSessionLog({ maxCount: 2, maxUnreadCount: 5, maxChars: 1000 });
  for (let count = 0; count < 6; count += 1) log.append("T", "{}", 1);
  expect(log.reachesBackTo(1)).toBe(true);
  log.hold();
  for (let count = 0; count < 2; count += 1) log.append("T", "{}");
  expect(log.reachesBackTo(1)).toBe(true);
  log.append("T", "{}");
  log.append("T", "{}");
  expect(log.reachesBackTo(1)).toBe(false);
});
