import type { Store } from "../store.ts";
import { assertWritable } from "./assert-writable.ts";
import { createAvailability } from "./availability.ts";
import { createConnectionPool } from "./connection-pool.ts";
import { serverAddress, sessionSetup } from "./connection-settings.ts";
import { createDatabase } from "./create-database.ts";
import { createGroupCommit } from "./group-commit.ts";
import { createKeyLocks } from "./key-locks.ts";
import { openDatabase } from "./open-database.ts";
import type { PostgresStoreOptions } from "./postgres-store-options.ts";
import { resolveOptions } from "./resolve-options.ts";

/** How long a work waits for a lock while others of its group wait for it. Longer than a commit takes. */
const GROUP_LOCK_WAIT_MS = 100;
/** The server gives up first, and says so; the network may swallow that. */
const ANSWER_GRACE_MS = 2_000;

/**
 * Opens a Postgres database that several processes may share, at once and whether or not Postgres is there: it is reached
 * and migrated in the background, which `ready` waits for.
 *
 * While it is absent or gone, `write` and `read` reject with `STORE_UNAVAILABLE` within `connectTimeoutMs`, nearly always at
 * once; the store asks for it at least once a second and goes on by itself. Nothing of that ever throws out of the store.
 *
 * Throws `STORE_OPTION_INVALID` for options that cannot be meant. Neither the URL nor its password is in any error.
 */
export function openPostgresStore(options: PostgresStoreOptions): Store {
  const { url, schema, migrations, onStateChange = () => {} } = options;
  const { maxGroupCount, writerCount, readerCount, connectTimeoutMs, busyTimeoutMs, statementTimeoutMs } =
    resolveOptions(options);
  const { config, server } = serverAddress(url, connectTimeoutMs);
  /** Known from the moment when the database is open; nothing is written before. */
  let namespace = "";

  const availability = createAvailability({
    server,
    connectTimeoutMs,
    onStateChange,
    async open(signal) {
      namespace = await openDatabase({ config, server, schema, migrations, lockTimeoutMs: busyTimeoutMs, signal });
      // Leaves the connection whose end tells of the server's end, also when nobody writes.
      await assertWritable(writers, connectTimeoutMs);
    },
    probe: () => assertWritable(writers, connectTimeoutMs),
  });
  const pool = (settings: { maxCount: number; isWriter: boolean; lockTimeoutMs: number }) =>
    createConnectionPool({
      ...settings,
      config,
      server,
      connectTimeoutMs,
      answerTimeoutMs: statementTimeoutMs + ANSWER_GRACE_MS,
      setup: sessionSetup({ ...settings, schema, statementTimeoutMs, isReadOnly: !settings.isWriter }),
      onLost: () => availability.doubt(),
    });
  const writers = pool({ maxCount: writerCount + 1, isWriter: true, lockTimeoutMs: GROUP_LOCK_WAIT_MS });
  const readers = pool({ maxCount: readerCount, isWriter: false, lockTimeoutMs: busyTimeoutMs });
  const locks = createKeyLocks(() => namespace);
  const commits = createGroupCommit({
    locks,
    server,
    maxGroupCount,
    writerCount,
    busyTimeoutMs,
    async connect() {
      await availability.pass();
      return writers.connect();
    },
  });
  const read = createDatabase({
    options: {},
    async connect() {
      await availability.pass();
      return readers.connect();
    },
    end: () => Promise.resolve(),
  });
  let closing: Promise<void> | null = null;

  async function closeAll(): Promise<void> {
    await commits.drain();
    await availability.close();
    await Promise.all([writers.end(), readers.end()]);
  }

  return {
    dialect: "postgres",
    exclusiveOwner: null,
    ready: () => availability.ready(),
    isWritable: () => closing === null && availability.isAvailable(),
    write: (work) => commits.write(work),
    lock: (tx, keys) => locks.lock(tx, keys),
    read,
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}
