import { describe, expect, test } from "vitest";
import { createFakeClock } from "./fake-clock.ts";

describe("createFakeClock", () => {
  test("stands still until it is advanced", () => {
    const clock = createFakeClock(1_000);
    expect(clock.now()).toBe(1_000);
    clock.advance(250);
    expect(clock.now()).toBe(1_250);
  });

  test("ends a sleep when its time has come and not before", async () => {
    const clock = createFakeClock();
    let woken = false;
    const slept = clock.sleep(100).then(() => {
      woken = true;
    });
    await clock.advanceThrough(99);
    expect(woken).toBe(false);
    expect(clock.sleepingCount).toBe(1);
    clock.advance(1);
    await slept;
    expect(clock.sleepingCount).toBe(0);
  });

  test("wakes in the order of due times, whatever order they went to sleep in", async () => {
    const clock = createFakeClock();
    const woken: number[] = [];
    const sleeps = [30, 10, 20].map((ms) => clock.sleep(ms).then(() => woken.push(ms)));
    clock.advance(30);
    await Promise.all(sleeps);
    expect(woken).toEqual([10, 20, 30]);
  });

  test("advanceThrough shows each sleeper its own time, also when it sleeps again", async () => {
    const clock = createFakeClock(0);
    const seenAt: number[] = [];
    const loop = (async () => {
      for (let round = 0; round < 3; round += 1) {
        await clock.sleep(100);
        seenAt.push(clock.now());
      }
    })();
    await clock.advanceThrough(1_000);
    await loop;
    expect(seenAt).toEqual([100, 200, 300]);
    expect(clock.now()).toBe(1_000);
  });

  test("rejects a sleep with the reason of its signal, before and during the sleep", async () => {
    const clock = createFakeClock();
    const reason = new Error("enough");
    await expect(clock.sleep(10, AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const slept = clock.sleep(10, controller.signal);
    controller.abort(reason);
    await expect(slept).rejects.toBe(reason);
    expect(clock.sleepingCount).toBe(0);
  });

  test("refuses to go back", () => {
    expect(() => createFakeClock().advance(-1)).toThrow(RangeError);
  });
});
