import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseLogfmt } from "./parse-logfmt.ts";

const parsed = (text: string) => {
  const pairs = parseLogfmt(text);
  return pairs && [...pairs];
};

describe("pairs", () => {
  test.each<[string, [string, string][]]>([
    ["a=b", [["a", "b"]]],
    [
      "  a=b\n\tc=d ",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    [
      "a= b=",
      [
        ["a", ""],
        ["b", ""],
      ],
    ],
    ["url=https://example.org/?a=b&c=d", [["url", "https://example.org/?a=b&c=d"]]],
    [
      'msg="two words" a=b',
      [
        ["msg", "two words"],
        ["a", "b"],
      ],
    ],
    [
      'msg="say \\"hi\\"\\n\\u0041" a=""',
      [
        ["msg", 'say "hi"\nA'],
        ["a", ""],
      ],
    ],
    ['path="C:\\dir\\new"', [["path", "C:\\dir\new"]]],
    ['msg="over\ntwo lines"', [["msg", "over\ntwo lines"]]],
    ["host=a host=b", [["host", "a, b"]]],
    [
      "größe=5 k.e-y_1=✓",
      [
        ["größe", "5"],
        ["k.e-y_1", "✓"],
      ],
    ],
    ["__proto__=x", [["__proto__", "x"]]],
  ])("%j", (text, expected) => {
    expect(parsed(text)).toEqual(expected);
  });
});

test.each(["", " ", "word", "a=b word", "a = b", "=b", 'a="open', 'a="b"c', '"a"=b', "a=b, and so on"])(
  "%j is not logfmt",
  (text) => {
    expect(parsed(text)).toBeUndefined();
  },
);

test("quoting any text and parsing it gives the text back", () => {
  const key = fc.stringMatching(/^[a-z][a-z0-9_.]{0,10}$/);
  fc.assert(
    fc.property(fc.dictionary(key, fc.string({ unit: "binary" })), (map) => {
      fc.pre(Object.keys(map).length > 0);
      const text = Object.entries(map).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
      // JSON's \b and \f have no meaning here.
      fc.pre(!/\\[bf]/.test(text.join("")));
      expect(Object.fromEntries(parsed(text.join(" ")) ?? [])).toEqual({ ...map });
    }),
  );
});

test("a text made to be slow is not slow", () => {
  for (const text of [
    `a="${"\\".repeat(200_001)}`,
    "a=".repeat(100_000),
    `${"a ".repeat(100_000)}=`,
    " ".repeat(200_000),
  ]) {
    const start = performance.now();
    parseLogfmt(text);
    expect(performance.now() - start).toBeLessThan(500);
  }
});
