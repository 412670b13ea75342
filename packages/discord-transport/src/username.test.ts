import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toAllowedUsername } from "./username.ts";

describe("toAllowedUsername", () => {
  test.each([
    ["Tocsin", "Tocsin"],
    ["Discord Alerts", "Dis-cord Alerts"],
    ["my DISCORD and Clyde", "my DIS-CORD and Cly-de"],
    ["dis\u200bcord", "dis-cord"],
    ["everyone", "[everyone]"],
    [" Here ", "[Here]"],
    ["here\u200b", "[here\u200b]"],
    ["here we are", "here we are"],
    ["👩‍👩‍👧 on call", "👩‍👩‍👧 on call"],
    ["x".repeat(81), "x".repeat(80)],
    ["😀".repeat(81), "😀".repeat(80)],
  ])("%j becomes %j", (username, expected) => {
    expect(toAllowedUsername(username)).toBe(expected);
  });

  test.each(["", "   ", "\u200b"])("leaves nothing of %j", (username) => {
    expect(toAllowedUsername(username)).toBeUndefined();
  });

  test("gives only names that Discord takes, and changes them no further", () => {
    const part = fc.constantFrom("discord", "DisCord", "clyde", "everyone", "here", " ", "\u200b", "a", "😀", "-");
    fc.assert(
      fc.property(
        fc.array(fc.oneof(part, fc.string({ unit: "grapheme", maxLength: 30 })), { maxLength: 20 }),
        (parts) => {
          const name = toAllowedUsername(parts.join(""));
          if (name === undefined) return;
          const visible = name.replace(/\p{Cf}/gu, "").trim();
          expect(visible).not.toMatch(/discord|clyde|^everyone$|^here$/i);
          expect(visible).not.toBe("");
          expect(Array.from(name).length).toBeLessThanOrEqual(80);
          expect(toAllowedUsername(name)).toBe(name);
        },
      ),
    );
  });
});
