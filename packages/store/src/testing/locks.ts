import { expect, test } from "vitest";
import type { Store } from "../store.ts";
import { counterValue, insertNote, noteIds, raiseCounter } from "./contract-tables.ts";
import type { StoreHarness } from "./store-harness.ts";
import type { Bench, Opener } from "./store-opener.ts";

export function declareLocks(open: Opener, { isShared }: StoreHarness["capabilities"]): void {
  /** Two processes, as far as the database can tell; or one, where only one may have it. */
  const openBoth = async (bench: Bench): Promise<readonly [Store, Store]> => {
    const store = await bench.open();
    return [store, isShared ? await bench.open() : store];
  };

  test("works that read and then write under one key lose nothing, from whichever store they come", async () => {
    await using bench = await open();
    const stores = await openBoth(bench);
    const values = await Promise.all(
      Array.from({ length: 100 }, (_, index) => {
        const store = stores[index % 2] as Store;
        return store.write(async (tx) => {
          await store.lock(tx, ["counter"]);
          return raiseCounter(tx, "a");
        });
      }),
    );
    expect(await counterValue(stores[0].read, "a")).toBe(100);
    expect(values.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });

  test("works that name the same keys in different orders do not wait for each other for ever", async () => {
    await using bench = await open();
    const stores = await openBoth(bench);
    await Promise.all(
      Array.from({ length: 60 }, (_, index) => {
        const store = stores[index % 2] as Store;
        return store.write(async (tx) => {
          await store.lock(tx, index % 3 === 0 ? ["one", "two"] : ["two", "one"]);
          await raiseCounter(tx, "a");
          await raiseCounter(tx, "b");
        });
      }),
    );
    expect([await counterValue(stores[0].read, "a"), await counterValue(stores[0].read, "b")]).toEqual([60, 60]);
  });

  test("works with one key each, in any mixture, all go through", async () => {
    await using bench = await open();
    const stores = await openBoth(bench);
    const count = 200;
    await Promise.all(
      Array.from({ length: count }, (_, id) => {
        const store = stores[id % 2] as Store;
        return store.write(async (tx) => {
          await store.lock(tx, [`key ${(id * 7) % 10}`]);
          await insertNote(tx, id);
        });
      }),
    );
    expect(await noteIds(stores[0].read)).toHaveLength(count);
  });

  test("a key may be taken twice, and no key at all is fine", async () => {
    await using bench = await open();
    const store = await bench.open();
    await store.write(async (tx) => {
      await store.lock(tx, []);
      await store.lock(tx, ["one", "one"]);
      await store.lock(tx, ["one"]);
      await insertNote(tx, 1);
    });
    expect(await noteIds(store.read)).toEqual([1]);
  });

  test("ends with the work that took it, also when that throws", async () => {
    await using bench = await open();
    const stores = await openBoth(bench);
    const mistake = stores[0].write(async (tx) => {
      await stores[0].lock(tx, ["one"]);
      throw new Error("undone");
    });
    await expect(mistake).rejects.toThrow("undone");
    await stores[1].write(async (tx) => {
      await stores[1].lock(tx, ["one"]);
      await insertNote(tx, 1);
    });
    expect(await noteIds(stores[0].read)).toEqual([1]);
  });

  test("refuses a handle that is not the work's", async () => {
    await using bench = await open();
    const store = await bench.open();
    await expect(store.lock(store.read, ["one"])).rejects.toMatchObject({ code: "STORE_LOCK_OUTSIDE_WRITE" });
  });
}
