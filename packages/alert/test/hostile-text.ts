import fc from "fast-check";

const UNITS = [
  ...["a", " ", "word ", "\n", "\t", "\r\n", "\u0000", "\u0007", "\u0085", "\u200b", "\u202e", "\ufeff", "\u3000"],
  ...[
    "🔥",
    "👩‍👩‍👧‍👦",
    "🇩🇪",
    "e\u0301",
    "z\u0301\u0489\u0334\u0316\u0360",
    "\u0301",
    "\u200d",
    "👍🏽",
    "\ud800",
    "\udc00",
    "…",
  ],
  ...["```", "```js\n", "`", "**", "[x](https://example.org)", "](", "[", ")", "\\", "~~", "||", "> ", "# "],
  ...["@everyone", "@here", "@silent", "<@123456789012345678>", "<@!123456789012345678>", "<@&123456789012345678>"],
  ...[
    "<#1>",
    "<:a:1>",
    "<a:a:1>",
    "</cmd:1>",
    "<t:0:R>",
    "<https://example.org>",
    "\u200f",
    "\u2028",
    "\u00ad",
    "\u2800",
  ],
  "https://example.org/a_b_c?d=(e)",
];

/** Text that is hard to show, up to about `maxCount` code points: mostly short, at times far too long. */
export function hostileText(maxCount: number): fc.Arbitrary<string> {
  const mixed = fc.array(fc.constantFrom(...UNITS), { maxLength: 60 }).map((units) => units.join(""));
  const long = fc
    .tuple(mixed, fc.constantFrom(...UNITS), fc.integer({ min: 0, max: maxCount }), mixed)
    .map(([head, unit, times, tail]) => head + unit.repeat(Math.floor(times / unit.length)) + tail);
  const clipped = (text: string): string => Array.from(text).slice(0, maxCount).join("");
  return fc.oneof(mixed, long, fc.string({ unit: "binary", maxLength: 100 })).map(clipped);
}

/** For properties over large inputs: shrinking a failure of them must not outlast the test's own time limit. */
export const BOUNDED = { interruptAfterTimeLimit: 12_000 } as const;
