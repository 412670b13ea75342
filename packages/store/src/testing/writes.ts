import { isTocsinError } from "@tocsin/errors";
import { expect, test } from "vitest";
import { counterValue, insertNote, noteIds, withTables, writeNote } from "./contract-tables.ts";
import type { StoreHarness } from "./store-harness.ts";
import type { Opener } from "./store-opener.ts";

export function declareWrites(open: Opener, { isSerial }: StoreHarness["capabilities"]): void {
  test("resolves with what the work gave, when it can be read", async () => {
    await using bench = await open();
    const store = await bench.open();
    const value = await store.write(async (tx) => {
      await insertNote(tx, 1);
      return "done";
    });
    expect(value).toBe("done");
    expect(await noteIds(store.read)).toEqual([1]);
  });

  test("is there for whoever opens the database later", async () => {
    await using bench = await open();
    const store = await bench.open();
    await writeNote(store, 1);
    await store.close();
    expect(await noteIds((await bench.open()).read)).toEqual([1]);
  });

  test("a work that throws is undone alone, although it shares the commit with others", async () => {
    await using bench = await open();
    const store = await bench.open();
    const mistake = new Error("changed my mind");
    const results = await Promise.allSettled([
      writeNote(store, 1),
      store.write(async (tx) => {
        await insertNote(tx, 2);
        throw mistake;
      }),
      writeNote(store, 3),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(results[1]).toMatchObject({ reason: mistake });
    expect(await noteIds(store.read)).toEqual([1, 3]);
  });

  test("a statement that fails undoes what its work did before, and no other work", async () => {
    await using bench = await open();
    const store = await bench.open();
    await writeNote(store, 1);
    const results = await Promise.allSettled([
      writeNote(store, 2),
      store.write(async (tx) => {
        await insertNote(tx, 3);
        await insertNote(tx, 1);
      }),
      writeNote(store, 4),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await noteIds(store.read)).toEqual([1, 2, 4]);
  });

  test("a constraint that fails rejects with the database's own error", async () => {
    await using bench = await open();
    const store = await bench.open();
    await writeNote(store, 1);
    const error = await writeNote(store, 1).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(isTocsinError(error)).toBe(false);
  });

  test("of many works at once exactly those that did not throw are stored", async () => {
    await using bench = await open();
    const store = await bench.open();
    const ids = Array.from({ length: 300 }, (_, index) => index);
    const results = await Promise.allSettled(
      ids.map((id) =>
        store.write(async (tx) => {
          await insertNote(tx, id);
          if (id % 7 === 3) throw new Error("undone");
          return id;
        }),
      ),
    );
    const resolved = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    expect(resolved).toEqual(ids.filter((id) => id % 7 !== 3));
    expect(await noteIds(store.read)).toEqual(resolved);
  });

  test("many works over one row at once lose no change", async () => {
    await using bench = await open();
    const store = await bench.open();
    await Promise.all(
      Array.from({ length: 200 }, () =>
        store.write((tx) =>
          withTables(tx)
            .updateTable("counters")
            .set(({ eb }) => ({ value: eb("value", "+", 1) }))
            .where("name", "=", "a")
            .execute(),
        ),
      ),
    );
    expect(await counterValue(store.read, "a")).toBe(200);
  });

  test("a write that was awaited is seen by the next work", async () => {
    await using bench = await open();
    const store = await bench.open();
    for (let id = 0; id < 20; id++) {
      await writeNote(store, id);
      expect(await store.write((tx) => noteIds(tx))).toHaveLength(id + 1);
    }
  });

  test("a copy of the store with a part of it changed works like the store", async () => {
    await using bench = await open();
    const store = { ...(await bench.open()), exclusiveOwner: "somebody" };
    await writeNote(store, 1);
    expect(await noteIds(store.read)).toEqual([1]);
    expect(store.isWritable()).toBe(true);
  });

  if (!isSerial) return;

  test("works run one at a time in the order of the calls", async () => {
    await using bench = await open();
    const store = await bench.open();
    const log: string[] = [];
    await Promise.all(
      Array.from({ length: 50 }, (_, id) =>
        store.write(async (tx) => {
          log.push(`begin ${id}`);
          await insertNote(tx, id);
          log.push(`end ${id}`);
        }),
      ),
    );
    expect(log).toEqual(Array.from({ length: 50 }, (_, id) => [`begin ${id}`, `end ${id}`]).flat());
  });
}
