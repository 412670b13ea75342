import { runReadmeExample } from "@tocsin/testkit";
import { expect, test } from "vitest";

test("the README's example runs as it stands", async () => {
  const { stdout } = await runReadmeExample({ packageDirectory: `${import.meta.dirname}/..` });
  expect(stdout).toBe("sending invoice-7\n0\n");
});
