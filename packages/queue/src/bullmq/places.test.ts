import { createFakeClock } from "@tocsin/testkit";
import { expect, test } from "vitest";
import { createPlaces } from "./places.ts";

test("each organisation counts for itself", () => {
  const places = createPlaces(() => 0);
  expect(["loud", "loud", "quiet", "loud"].map((id) => places.next(id))).toEqual([1, 2, 1, 3]);
});

test("every second counts anew, also after the clock was set back", () => {
  const clock = createFakeClock();
  const places = createPlaces(clock.now);
  places.next("a");
  clock.advance(999);
  expect(places.next("a")).toBe(2);
  clock.advance(1);
  expect(places.next("a")).toBe(1);
  let nowMs = 10_000;
  const set = createPlaces(() => nowMs);
  set.next("a");
  nowMs = 5_000;
  expect(set.next("a")).toBe(1);
});
