import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonSchema } from "../scripts/json-schema.ts";
import { parseAlert } from "./parse-alert.ts";
import { AlertInputSchema } from "./schema.ts";

test("the published JSON Schema is the one in the source (`pnpm run schema` writes it)", () => {
  const published: unknown = JSON.parse(readFileSync(new URL("../schema/alert.schema.json", import.meta.url), "utf8"));
  expect(JSON.stringify(published)).toBe(JSON.stringify(jsonSchema()));
});

test("every field says in the JSON Schema what it is for, or has parts that do", () => {
  for (const [name, schema] of Object.entries(AlertInputSchema.properties)) {
    expect(JSON.stringify(schema), name).toContain('"description"');
  }
});

test("every text has a greatest length, and the parser holds it", () => {
  const texts = [
    "title",
    "message",
    "action_hint",
    "topic",
    "monitor_id",
    "dedup_key",
    "action",
    "requested_by",
  ] as const;
  const cases = texts.map(
    (name) => [name, (AlertInputSchema.properties[name] as { maxLength?: number }).maxLength] as const,
  );
  fc.assert(
    fc.property(fc.constantFrom(...cases), fc.constantFrom("a", "🔥", "\u0301"), ([name, maxLength = 0], unit) => {
      expect(parseAlert({ title: "x", [name]: unit.repeat(maxLength) }).kind).toBe("alert");
      expect(parseAlert({ title: "x", [name]: unit.repeat(maxLength + 1) }).kind).toBe("invalid");
    }),
    { numRuns: 24 },
  );
});
