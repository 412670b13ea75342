import { expect, test } from "vitest";
import { untilAborted } from "./until-aborted.ts";

test("waits for the abort, and does not wait for one that was", async () => {
  const controller = new AbortController();
  let ended = false;
  const waiting = untilAborted(controller.signal).then(() => {
    ended = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(ended).toBe(false);
  controller.abort();
  await waiting;
  await untilAborted(controller.signal);
  expect(ended).toBe(true);
});
