import fc from "fast-check";
import { expect, test } from "vitest";
import { count } from "../../test/count-embeds.ts";
import { BOUNDED, hostileText } from "../../test/hostile-text.ts";
import { MAX_THREAD_NAME_COUNT } from "./limits.ts";
import { renderThreadName } from "./render-thread-name.ts";

test.each([
  ["disk full", "disk full"],
  [" a\r\nb\u202ec ", "a bc"],
  ["[a](b) *c*", "[a](b) *c*"],
  ["", "alert"],
  ["\u200b\u2060\u3164", "alert"],
  [`start ${"x".repeat(200)} end`, `start ${"x".repeat(44)}…${"x".repeat(45)} end`],
])("%j becomes %j", (title, name) => {
  expect(renderThreadName(title)).toBe(name);
});

test("a resolved alert's thread begins with the icon for it", () => {
  expect(renderThreadName("disk full", { status: "resolved" })).toBe("✅ disk full");
  expect(renderThreadName("disk full", { status: "active" })).toBe("disk full");
  expect(renderThreadName("", { status: "resolved" })).toBe("✅ alert");
  expect(count(renderThreadName("x".repeat(200), { status: "resolved" }))).toBe(100);
});

test("a family is not parted", () => {
  const families = Array.from(renderThreadName("👩‍👩‍👧‍👦".repeat(50)).replaceAll("👩‍👩‍👧‍👦", ""));
  expect(families).toEqual(["…"]);
});

test("no title, however hostile, makes a name that Discord refuses", () => {
  fc.assert(
    fc.property(hostileText(2000), fc.constantFrom("active", "resolved"), (title, status) => {
      const name = renderThreadName(title, { status });
      expect(name.trim()).not.toBe("");
      expect(name.isWellFormed()).toBe(true);
      expect(count(name)).toBeLessThanOrEqual(MAX_THREAD_NAME_COUNT);
      expect(name).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
    }),
    BOUNDED,
  );
});
