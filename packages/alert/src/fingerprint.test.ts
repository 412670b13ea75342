import fc from "fast-check";
import { expect, test } from "vitest";
import type { Alert } from "./alert.ts";
import { fingerprint } from "./fingerprint.ts";

const alert: Alert = {
  title: "checkout error rate elevated",
  severity: "warn",
  status: "active",
  type: "error",
  topic: "shop",
  monitor_id: "mon_1",
  context: { service: "checkout", env: "prod", port: 443 },
};

test("is a SHA-256 in hex that stays the same between releases", () => {
  expect(fingerprint(alert)).toBe("c9f539897b01e94798c2cd8f10324db57005bb65fb31eeaaf900070ee32f6938");
});

test.each<[string, Partial<Alert>]>([
  ["message", { message: "since noon" }],
  ["severity", { severity: "critical" }],
  ["status", { status: "resolved" }],
  ["time", { occurred_at: "2024-01-01T00:00:00Z" }],
  ["order of the context", { context: { port: 443, env: "prod", service: "checkout" } }],
])("does not depend on the %s", (_name, change) => {
  expect(fingerprint({ ...alert, ...change })).toBe(fingerprint(alert));
});

test.each<[string, Partial<Alert>]>([
  ["title", { title: "checkout latency elevated" }],
  ["type", { type: "slow" }],
  ["topic", { topic: "billing" }],
  ["monitor", { monitor_id: "mon_2" }],
  ["context's values", { context: { ...alert.context, env: "test" } }],
  ["context's keys", { context: { service: "checkout", env: "prod" } }],
  ["kind of a context value", { context: { ...alert.context, port: "443" } }],
])("depends on the %s", (_name, change) => {
  expect(fingerprint({ ...alert, ...change })).not.toBe(fingerprint(alert));
});

test("any order of any context gives the same", () => {
  const entries = fc.uniqueArray(
    fc.tuple(fc.string({ unit: "binary" }), fc.oneof(fc.string(), fc.integer(), fc.boolean())),
    {
      selector: ([key]) => key,
    },
  );
  fc.assert(
    fc.property(entries, (pairs) => {
      const one = fingerprint({ ...alert, context: Object.fromEntries(pairs) });
      expect(fingerprint({ ...alert, context: Object.fromEntries(pairs.toReversed()) })).toBe(one);
    }),
  );
});
