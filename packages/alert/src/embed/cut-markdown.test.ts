import fc from "fast-check";
import { expect, test } from "vitest";
import { cutMarkdown } from "./cut-markdown.ts";

const fenceCount = (text: string): number => text.split("```").length - 1;

test("text that fits stays as it is, with a code block left open too", () => {
  expect(cutMarkdown("```js\nx", 100)).toBe("```js\nx");
});

test("a code block that lost its end is closed inside the count", () => {
  expect(cutMarkdown(`\`\`\`\n${"x".repeat(100)}`, 30)).toBe("```\nxxxxxxxxx…xxxxxxxxxxxx\n```");
});

test("a code block that lost its middle is closed by its own end", () => {
  const cut = cutMarkdown(`\`\`\`\n${"x".repeat(100)}\n\`\`\``, 30);
  expect(cut.endsWith("x\n```")).toBe(true);
  expect(fenceCount(cut)).toBe(2);
});

test("whatever is cut away, no code block is left open and the count holds", () => {
  const unit = fc.constantFrom("```", "`", "``", "a", "\n", "word ");
  fc.assert(
    fc.property(
      fc.array(unit, { minLength: 20, maxLength: 120 }),
      fc.integer({ min: 16, max: 60 }),
      (units, maxCount) => {
        const whole = units.join("");
        fc.pre(whole.length > maxCount);
        const cut = cutMarkdown(whole, maxCount);
        expect(cut.length).toBeLessThanOrEqual(maxCount);
        expect(fenceCount(cut) % 2).toBe(0);
      },
    ),
    { numRuns: 1000 },
  );
});
