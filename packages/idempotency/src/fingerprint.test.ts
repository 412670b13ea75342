import fc from "fast-check";
import { expect, test } from "vitest";
import { fingerprintOf } from "./fingerprint.ts";
import type { Json } from "./json.ts";

/** The same value with every object's fields in the other order. */
function reversed(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(reversed);
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, field]) => [name, reversed(field)]),
  );
}

test("is SHA-256 of the JSON with sorted keys, in base64url", () => {
  // printf '{"list":[1,null],"title":"disk full"}' | openssl dgst -sha256 -binary | basenc --base64url
  expect(fingerprintOf({ title: "disk full", list: [1, null] })).toBe("lhxz1ASAPBr-wv9i30TRUhoTHaUM0hVKNQI29L6Kjr4");
});

test("the order of fields does not count, at any depth", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => fingerprintOf(value as Json) === fingerprintOf(reversed(value as Json))),
  );
});

test("values whose JSON differs have different fingerprints", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      const isSame = JSON.stringify(reversed(one as Json)) === JSON.stringify(reversed(other as Json));
      fc.pre(!isSame);
      expect(fingerprintOf({ one } as Json)).not.toBe(fingerprintOf({ other } as Json));
    }),
  );
});

test("a moved boundary, another order of a list or another type is another fingerprint", () => {
  const values: Json[] = [
    ["ab", "c"],
    ["a", "bc"],
    ["bc", "a"],
    { a: "1" },
    { a: 1 },
    { a: [1] },
    null,
    "null",
    "",
    [],
    {},
  ];
  expect(new Set(values.map(fingerprintOf)).size).toBe(values.length);
});

test("a name like __proto__ is a field as any other", () => {
  expect(fingerprintOf(JSON.parse('{"__proto__":{"a":1}}'))).not.toBe(fingerprintOf({}));
});

test("what JSON cannot carry is refused", () => {
  for (const value of [undefined, () => 1, 7n]) {
    expect(() => fingerprintOf(value as unknown as Json)).toThrow(
      expect.objectContaining({ code: "IDEMPOTENCY_INVALID" }),
    );
  }
});
