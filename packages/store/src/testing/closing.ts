import { expect, test } from "vitest";
import { noteIds, writeNote } from "./contract-tables.ts";
import type { Opener } from "./store-opener.ts";

export function declareClosing(open: Opener): void {
  test("finishes what was accepted and refuses what comes later", async () => {
    await using bench = await open();
    const store = await bench.open();
    const accepted = Array.from({ length: 100 }, (_, id) => writeNote(store, id));
    const closing = store.close();
    await expect(writeNote(store, 1000)).rejects.toMatchObject({ code: "STORE_CLOSED", retryable: false });
    await Promise.all(accepted);
    await closing;
    expect(await noteIds((await bench.open()).read)).toHaveLength(100);
  });

  test("refuses reads too", async () => {
    await using bench = await open();
    const store = await bench.open();
    await noteIds(store.read);
    await store.close();
    await expect(noteIds(store.read)).rejects.toMatchObject({ code: "STORE_CLOSED" });
    expect(store.isWritable()).toBe(false);
  });

  test("twice is as good as once", async () => {
    await using bench = await open();
    const store = await bench.open();
    await Promise.all([store.close(), store.close()]);
    await store.close();
  });
}
