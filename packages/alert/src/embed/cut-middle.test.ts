import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cutMiddle } from "./cut-middle.ts";

const count = (text: string): number => Array.from(text).length;
const FAMILY = "👩‍👩‍👧‍👦";
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
const segments = (text: string): string[] => Array.from(graphemes.segment(text), ({ segment }) => segment);

test("text that fits stays as it is, to the last code point", () => {
  expect(cutMiddle("🔥".repeat(10), 10)).toBe("🔥".repeat(10));
  expect(cutMiddle("", 0)).toBe("");
});

test("what is cut keeps its beginning and its end around an ellipsis", () => {
  expect(cutMiddle("failed: a very long path: connection refused", 21)).toBe("failed: a …on refused");
});

test.each([
  [0, ""],
  [1, "…"],
  [2, "a…"],
  [3, "a…f"],
  [5, "ab…ef"],
])("abcdef in %i is %j", (maxCount, expected) => {
  expect(cutMiddle("abcdef", maxCount)).toBe(expected);
});

describe("graphemes", () => {
  test.each([
    ["family", FAMILY],
    ["flag", "🇩🇪"],
    ["combining marks", "e\u0301\u0323"],
    ["skin tone", "👍🏽"],
    ["line end", "\r\n"],
  ])("%s is kept whole or left out", (_name, grapheme) => {
    const text = grapheme.repeat(500);
    for (let maxCount = 20; maxCount < 60; maxCount += 1) {
      const cut = cutMiddle(text, maxCount);
      expect(count(cut)).toBeLessThanOrEqual(maxCount);
      const parts = cut.split("…");
      expect(parts).toHaveLength(2);
      for (const part of parts) {
        expect(part).not.toBe("");
        expect(part.replaceAll(grapheme, "")).toBe("");
      }
    }
  });

  test("one that is longer than anything readable is split rather than lose everything", () => {
    const cut = cutMiddle(`a${"\u0301".repeat(100_000)}`, 101);
    expect(count(cut)).toBe(101);
    expect(cut.startsWith("a\u0301")).toBe(true);
  });
});

test("any text, any length: within the count, well-formed, no grapheme split, beginning and end kept", () => {
  const unit = fc.constantFrom("a", "b ", "🔥", FAMILY, "🇩🇪", "e\u0301", "\n", "ไทย", "क्षि", "\u200d", "नमस्ते");
  const text = fc.oneof(
    fc.array(unit, { maxLength: 300 }).map((units) => units.join("")),
    fc.string({ unit: "grapheme", maxLength: 300 }),
  );
  fc.assert(
    fc.property(text, fc.integer({ min: 0, max: 200 }), (whole, maxCount) => {
      const cut = cutMiddle(whole, maxCount);
      expect(count(cut)).toBeLessThanOrEqual(maxCount);
      expect(cut.isWellFormed()).toBe(true);
      if (count(whole) <= maxCount) {
        expect(cut).toBe(whole);
        return;
      }
      if (maxCount === 0) return;
      const kept = segments(whole);
      const marker = [...cut.matchAll(/…/g)].find(
        ({ index }) => whole.startsWith(cut.slice(0, index)) && whole.endsWith(cut.slice(index + 1)),
      );
      expect(marker).toBeDefined();
      const head = cut.slice(0, marker?.index);
      const tail = cut.slice((marker?.index ?? 0) + 1);
      let length = 0;
      const boundaries = new Set([0, ...kept.map((segment) => (length += segment.length))]);
      if (kept.every((segment) => count(segment) <= 32)) {
        expect(boundaries.has(head.length)).toBe(true);
        expect(boundaries.has(whole.length - tail.length)).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

test("megabytes cost no more than counting them", () => {
  for (const text of ["a".repeat(5_000_000), "🇩🇪".repeat(1_000_000), `a${"\u0301".repeat(5_000_000)}`]) {
    const start = performance.now();
    expect(count(cutMiddle(text, 4096))).toBeLessThanOrEqual(4096);
    expect(performance.now() - start).toBeLessThan(1000);
  }
});
