import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { toBodyExcerpt } from "./body-excerpt.ts";

test("does not keep the body in memory", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const excerpts: string[] = [];
  collect();
  const beforeBytes = process.memoryUsage().heapUsed;
  for (let count = 0; count < 40; count += 1) excerpts.push(toBodyExcerpt({ content: "x".repeat(2_000_000 + count) }));
  collect();
  expect(process.memoryUsage().heapUsed - beforeBytes).toBeLessThan(20_000_000);
  expect(excerpts.map((excerpt) => excerpt.length)).toEqual(Array.from({ length: 40 }, () => 500));
});

test("hides a secret that the cut goes through", () => {
  const secret = "hunter2hunter2hunter2";
  const content = `${"x".repeat(460)} redis://user:${secret}@127.0.0.1`;
  expect(toBodyExcerpt({ content })).not.toContain("hunter2");
});
