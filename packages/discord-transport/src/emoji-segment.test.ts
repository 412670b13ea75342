import fc from "fast-check";
import { expect, test } from "vitest";
import { toEmojiSegment } from "./emoji-segment.ts";

test.each([
  ["✅", "✅"],
  ["👍\uFE0F", "👍"],
  ["\u2764", "\u2764\uFE0F"],
  ["\u2764\uFE0F", "\u2764\uFE0F"],
  ["\u2714", "\u2714\uFE0F"],
  ["1\u20E3", "1\uFE0F\u20E3"],
  ["1️⃣", "1\uFE0F\u20E3"],
  ["👨‍👩‍👧", "👨‍👩‍👧"],
  ["🏳\u200D🌈", "🏳\uFE0F\u200D🌈"],
  ["👁\u200D🗨", "👁\uFE0F\u200D🗨\uFE0F"],
  ["⛹🏽\u200D♂", "⛹🏽\u200D♂\uFE0F"],
  ["🇪🇺", "🇪🇺"],
  ["🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"],
])("%s goes in the one spelling that Discord has", (emoji, expected) => {
  expect(decodeURIComponent(toEmojiSegment(emoji) ?? "")).toBe(expected);
});

test("a custom emoji goes by name and id, animated ones too", () => {
  expect(toEmojiSegment("thumbsup:123456789012345678")).toBe("thumbsup%3A123456789012345678");
  expect(toEmojiSegment("a:dance:123456789012345678")).toBe("dance%3A123456789012345678");
});

test("what this runtime does not know goes as it is: Discord may", () => {
  expect(decodeURIComponent(toEmojiSegment("\u{1FFFD}\uFE0F") ?? "")).toBe("\u{1FFFD}\uFE0F");
});

test.each(["", "ok", ".", "..", "%2e%2e", "/", "a:b", "name:12x", "\uD83D", "\n", "👍".repeat(40)])(
  "%j is none",
  (emoji) => {
    expect(toEmojiSegment(emoji)).toBeNull();
  },
);

test("whatever it is, it stays one segment of a path", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (emoji) => {
      const segment = toEmojiSegment(emoji);
      if (segment === null) return;
      const { pathname } = new URL(`https://discord.com/reactions/${segment}/@me`);
      expect(pathname).toMatch(/^\/reactions\/[^/]+\/@me$/);
    }),
  );
});
