import { expect, test } from "vitest";
import { formatDuration } from "./format-duration.ts";

test.each([
  [-5, "0s"],
  [999, "0s"],
  [45_000, "45s"],
  [300_000, "5m"],
  [303_000, "5m 3s"],
  [3_600_000, "1h"],
  [7_505_000, "2h 5m"],
  [86_400_000 + 59_000, "1d"],
  [3 * 86_400_000 + 4 * 3_600_000, "3d 4h"],
])("%i ms is %s", (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text);
});
