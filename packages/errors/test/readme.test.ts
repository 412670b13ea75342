import { runReadmeExample } from "@tocsin/testkit";
import { expect, test } from "vitest";

test("the README's example runs as it stands", async () => {
  const { stdout } = await runReadmeExample({ packageDirectory: `${import.meta.dirname}/..` });
  expect(stdout).toBe(
    "EXAMPLE_LOCKED true\nPOST https://discord.com/api/webhooks/1119355453625880591/[redacted] failed\n",
  );
});
