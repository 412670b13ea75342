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

const F = "```";

test.each([
  [
    "prose after a code block whose end is cut away",
    `${F}\n${"x".repeat(100)}\n${F}\n${"then this happened ".repeat(10).trim()}`,
    `${F}\n${"x".repeat(23)}…\n${F}\nhappened then this happened`,
  ],
  [
    "code after prose when its beginning is cut away",
    `${"this happened ".repeat(10)}\n${F}\n${"x".repeat(100)}\n${F}`,
    `this happened this happened…\n${F}\n${"x".repeat(23)}\n${F}`,
  ],
  [
    "the end of one code block after the beginning of another",
    `${F}${"a".repeat(50)}${F} ${"word ".repeat(30)} ${F}${"x".repeat(100)}${F}`,
    `${F}${"a".repeat(27)}…${"x".repeat(26)}${F}`,
  ],
])("is shown as what it was: %s", (_name, text, expected) => {
  expect(cutMarkdown(text, 60)).toBe(expected);
});

test("whatever is cut away, no code block is left open and the count holds", () => {
  const unit = fc.constantFrom("```", "`", "``", "a", "\n", "word ", `e${"\u0301".repeat(40)}`);
  fc.assert(
    fc.property(
      fc.array(unit, { minLength: 20, maxLength: 120 }),
      fc.integer({ min: 16, max: 60 }),
      (units, maxCount) => {
        const whole = units.join("");
        fc.pre(whole.length > maxCount);
        const cut = cutMarkdown(whole, maxCount);
        expect(cut.length).toBeLessThanOrEqual(maxCount);
        // Discord would take it away, and the count would be another.
        if (whole === whole.trim()) expect(cut).toBe(cut.trim());
        expect(fenceCount(cut) % 2).toBe(0);
      },
    ),
    { numRuns: 1000 },
  );
});
