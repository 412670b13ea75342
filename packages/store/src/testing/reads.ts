import { expect, test } from "vitest";
import { insertNote, noteIds, withTables, writeNote } from "./contract-tables.ts";
import type { Opener } from "./store-opener.ts";

export function declareReads(open: Opener): void {
  test("do not see what is not committed yet", async () => {
    await using bench = await open();
    const store = await bench.open();
    const seen: (readonly number[])[] = [];
    await store.write(async (tx) => {
      await insertNote(tx, 1);
      seen.push(await noteIds(tx), await noteIds(store.read));
    });
    expect(seen).toEqual([[1], []]);
    expect(await noteIds(store.read)).toEqual([1]);
  });

  test("cannot write", async () => {
    await using bench = await open();
    const store = await bench.open();
    await expect(insertNote(store.read, 1)).rejects.toThrow(/read-?only/);
    expect(await noteIds(store.read)).toEqual([]);
  });

  test("many at once all get their answer", async () => {
    await using bench = await open();
    const store = await bench.open();
    await writeNote(store, 1);
    const all = await Promise.all(Array.from({ length: 100 }, () => noteIds(store.read)));
    expect(all).toEqual(Array.from({ length: 100 }, () => [1]));
  });

  test("give whole numbers up to 2^53 as numbers, counts too", async () => {
    await using bench = await open();
    const store = await bench.open();
    const big = 1_999_999_999_999;
    await writeNote(store, big);
    const row = await withTables(store.read)
      .selectFrom("notes")
      .select(({ fn }) => ["id", fn.countAll<number>().over().as("count")])
      .executeTakeFirstOrThrow();
    expect(row).toEqual({ id: big, count: 1 });
  });

  test("refuse a number beyond 2^53 rather than round it", async () => {
    await using bench = await open();
    const store = await bench.open();
    await store.write((tx) => insertNote(tx, 2 ** 53 + 2));
    await expect(noteIds(store.read)).rejects.toThrow(RangeError);
  });
}
