import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A directory of the test's own. `await using` removes it with everything in it. */
export interface TemporaryDirectory extends AsyncDisposable {
  /** Absolute path. */
  readonly path: string;
  /** Removes it now. A second call does nothing. */
  remove(): Promise<void>;
}

/** Creates an empty directory below the system's temporary directory. */
export async function temporaryDirectory(): Promise<TemporaryDirectory> {
  return await mkdtempDisposable(join(tmpdir(), "tocsin-test-"));
}
