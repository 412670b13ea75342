import fc from "fast-check";
import { expect, test } from "vitest";
import { cleanJson, parseObject } from "./foreign-json.ts";

const TOKEN = "aB3-xY_9".repeat(9).slice(0, 68);

test("masks given secrets and known shapes, in keys and values, and leaves the rest", () => {
  expect(
    cleanJson({ [TOKEN]: [`token ${TOKEN}`, 1, true, null], path: `/webhooks/1/${"z".repeat(68)}/messages/2` }, [
      TOKEN,
    ]),
  ).toEqual({ "[redacted]": ["token [redacted]", 1, true, null], path: "/webhooks/1/[redacted]/messages/2" });
});

test("keeps no part of a secret, wherever in a long text it stands", () => {
  fc.assert(
    fc.property(fc.nat(2_200), (index) => {
      const text = `${"x ".repeat(index / 2)}/webhooks/1/${TOKEN} ${"y ".repeat(500)}`;
      expect(JSON.stringify(cleanJson(text, []))).not.toContain(TOKEN.slice(0, 12));
      expect(JSON.stringify(cleanJson(text, [TOKEN]))).not.toContain(TOKEN.slice(0, 12));
    }),
  );
});

test("keeps large and deep answers small", () => {
  const deep = JSON.parse(`${'{"a":'.repeat(1_000)}1${"}".repeat(1_000)}`);
  expect(JSON.stringify(cleanJson(deep, [])).length).toBeLessThan(200);
  expect(String(cleanJson("x".repeat(1_000_000), []))).toHaveLength(500);
  expect(cleanJson(Array(1_000).fill(0), [])).toHaveLength(50);
});

test("leaves short secrets, which would mask ordinary words", () => {
  expect(cleanJson("a token", ["a", "token"])).toBe("a token");
});

test("parses objects and nothing else", () => {
  expect(parseObject('{"code":1}')).toEqual({ code: 1 });
  for (const text of [null, "", "[]", "1", "null", "<html>", '{"code":']) expect(parseObject(text)).toBeNull();
});
