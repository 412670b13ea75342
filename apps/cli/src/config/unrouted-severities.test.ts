import { expect, test } from "vitest";
import { unroutedSeverities } from "./unrouted-severities.ts";

const destinations = ["a"];

test.each([
  ["no routes", [], ["info", "warn", "critical"]],
  ["one route for all", [{ destinations }], []],
  ["a route for one severity", [{ match: { severity: ["critical"] as const }, destinations }], ["info", "warn"]],
  ["a route that needs a topic", [{ match: { topic: ["x"] }, destinations }], ["info", "warn", "critical"]],
])("finds what no route takes among %s", (_name, routes, unrouted) => {
  expect(unroutedSeverities(routes)).toEqual(unrouted);
});
