import fc from "fast-check";
import { expect, test } from "vitest";
import { cutEscaped } from "./cut-middle.ts";
import { escapeMarkdown } from "./escape-markdown.ts";

test.each([
  ["func=__init__", "func=\\_\\_init\\_\\_"],
  ["*.log *.txt", "\\*.log \\*.txt"],
  ["> 5", "\\> 5"],
  [">>> 5\n# 1\n-# 2\n- 3\n1. 4", "\\>>> 5\n\\# 1\n\\-# 2\n\\- 3\n1\\. 4"],
  ["~~x~~ ||x|| `x`", "\\~\\~x\\~\\~ \\|\\|x\\|\\| \\`x\\`"],
  ["C:\\dir", "C:\\\\dir"],
  ["<@1> <t:0:R> <#1>", "\\<@1> \\<t:0:R> \\<#1>"],
  ["[a](https://example.org)", "[a]\\(https://example.org)"],
  ["[https://a.example](https://b.example)", "[https://a.example]\\(https://b.example)"],
  ["_see_ <https://example.org/_a_>", "\\_see\\_ <https://example.org/_a_>"],
])("%j shows as it is", (text, escaped) => {
  expect(escapeMarkdown(text)).toBe(escaped);
});

test.each([
  ["us_east-1", "~/a.b", "a | b", "5 <= 6", "-5", "#12", "1.5", "(x)", "[warn] x", "a@b"].join(" "),
  "see https://example.org/a_b?c=(d)&e=*f*#~~g~~ and HTTP://example.org/__x__",
])("what is no Markdown stays tidy: %s", (text) => {
  expect(escapeMarkdown(text)).toBe(text);
});

test("a cut leaves no escape in halves", () => {
  const escapes = /^(?:\\[\\*_`]|[^\\*_`])*$/;
  const text = fc.array(fc.constantFrom("*", "\\", "`", "a", "_ ", "🔥"), { minLength: 10, maxLength: 60 });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 40 }), (units, maxCount) => {
      const cut = cutEscaped(escapeMarkdown(units.join("")), maxCount);
      expect(cut).toMatch(escapes);
      expect(Array.from(cut).length).toBeLessThanOrEqual(maxCount);
    }),
  );
});
