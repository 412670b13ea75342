import { expect, test } from "vitest";
import { waitFor } from "./wait-for.ts";

test("resolves with the first truthy value", async () => {
  let count = 0;
  const value = await waitFor(
    () => {
      count += 1;
      return count < 3 ? null : { count };
    },
    { intervalMs: 1 },
  );
  expect(value).toEqual({ count: 3 });
});

test("takes a throwing check as not yet", async () => {
  let count = 0;
  const check = (): string => {
    count += 1;
    if (count < 3) throw new Error("not yet");
    return "there";
  };
  expect(await waitFor(check, { intervalMs: 1 })).toBe("there");
});

test("gives up after its time and carries the last error", async () => {
  const cause = new Error("connection refused");
  const failing = waitFor(() => Promise.reject(cause), { timeoutMs: 20, intervalMs: 5 });
  await expect(failing).rejects.toMatchObject({ message: "nothing to see within 20 ms", cause });
});

test("refuses an interval that would make tests slow", async () => {
  await expect(waitFor(() => true, { intervalMs: 51 })).rejects.toThrow(RangeError);
});
