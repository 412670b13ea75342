import { sql } from "kysely";
import { expect, test } from "vitest";
import type { MigrationSet } from "../store.ts";
import { insertNote, noteIds, notesMigrations, writeNote } from "./contract-tables.ts";
import type { StoreHarness } from "./store-harness.ts";
import type { Opener } from "./store-opener.ts";

const withStep = (name: string, up: MigrationSet["migrations"][string]["up"]): MigrationSet => ({
  ...notesMigrations,
  migrations: { ...notesMigrations.migrations, [name]: { up } },
});

const seeded = withStep("0002-seed", (db) => sql`insert into notes (id, text) values (7, 'seven')`.execute(db).then());

export function declareMigrations(open: Opener, { isShared }: StoreHarness["capabilities"]): void {
  test("a new step runs on an existing database, once, and keeps what is there", async () => {
    await using bench = await open();
    const first = await bench.open([notesMigrations]);
    await writeNote(first, 1);
    await first.close();
    await (await bench.open([seeded])).close();
    expect(await noteIds((await bench.open([seeded])).read)).toEqual([1, 7]);
  });

  test("a database that a newer version has opened is refused, and stays as it is", async () => {
    await using bench = await open();
    await (await bench.open([seeded])).close();
    await expect(bench.open([notesMigrations])).rejects.toMatchObject({
      code: "STORE_MIGRATION_FAILED",
      retryable: false,
    });
    expect(await noteIds((await bench.open([seeded])).read)).toEqual([7]);
  });

  test("a step that fails is told with its reason and leaves no trace, of the sets before it neither", async () => {
    await using bench = await open();
    const reason = new Error("no");
    const broken: MigrationSet = {
      name: "contract_broken",
      migrations: {
        "0001-half": {
          async up(db) {
            await sql`create table half (id integer)`.execute(db);
            throw reason;
          },
        },
      },
    };
    const refusal = await bench.open([notesMigrations, broken]).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "STORE_MIGRATION_FAILED", cause: reason });
    const create: MigrationSet = {
      name: "contract_broken",
      migrations: { "0001-half": { up: (db) => sql`create table half (id integer)`.execute(db).then() } },
    };
    // Fails if the table is there already.
    const store = await bench.open([notesMigrations, create]);
    expect(await noteIds(store.read)).toEqual([]);
  });

  test("a statement of a step that the database refuses is told with the database's reason", async () => {
    await using bench = await open();
    const broken = withStep("0002-wrong", (db) => sql`insert into nowhere values (1)`.execute(db).then());
    const refusal = await bench.open([broken]).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "STORE_MIGRATION_FAILED" });
    expect((refusal as Error).cause).toMatchObject({ message: expect.stringContaining("nowhere") });
  });

  if (!isShared) return;

  test("stores that open an empty database at once all get it", async () => {
    await using bench = await open();
    const stores = await Promise.all(Array.from({ length: 4 }, () => bench.open([seeded])));
    await Promise.all(stores.map((store, id) => store.write((tx) => insertNote(tx, id))));
    for (const store of stores) expect(await noteIds(store.read)).toEqual([0, 1, 2, 3, 7]);
  });
}
