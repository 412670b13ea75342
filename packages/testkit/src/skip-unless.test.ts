import { expect, test } from "vitest";
import { skipUnless } from "./skip-unless.ts";

const run = (available: boolean, env: Record<string, string>) => {
  const lines: string[] = [];
  return { skip: () => skipUnless(available, "redis-server", { env, print: (line) => lines.push(line) }), lines };
};

test.each([{}, { CI: "true" }])("runs what is available, with %j", (env) => {
  const { skip, lines } = run(true, env);
  expect(skip()).toBe(false);
  expect(lines).toEqual([]);
});

test("names what is missing and skips", () => {
  const { skip, lines } = run(false, {});
  expect(skip()).toBe(true);
  expect(lines).toEqual(["skipped: redis-server is not available"]);
});

test("fails in CI when something is missing", () => {
  expect(run(false, { CI: "true" }).skip).toThrow("redis-server is not available");
});
