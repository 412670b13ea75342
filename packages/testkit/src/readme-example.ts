import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** Which block to run, and with what. */
export interface ReadmeExampleOptions {
  /** The package's root folder: where its README.md lies. */
  readonly packageDirectory: string;
  /** Which of the README's `ts` blocks, from 0. @default 0 */
  readonly index?: number;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Changes what cannot be in a test, such as an address. @default the block as it stands */
  readonly adapt?: (code: string) => string;
}

/**
 * Runs a `ts` code block of a package's README in a process of its own, in an empty folder inside the package (so that
 * the package's own name and dependencies resolve), and gives what it printed. Rejects when the block fails.
 */
export async function runReadmeExample(options: ReadmeExampleOptions): Promise<{ readonly stdout: string }> {
  const { packageDirectory, index = 0, env = {}, adapt = (code) => code } = options;
  const readme = await readFile(join(packageDirectory, "README.md"), "utf8");
  const block = [...readme.matchAll(/^```ts\n([\s\S]*?)^```/gm)][index]?.[1];
  if (block === undefined) throw new Error(`README.md has no ts block number ${index}`);
  const directory = await mkdtemp(join(packageDirectory, ".readme-"));
  try {
    await writeFile(join(directory, "example.ts"), adapt(block));
    return await promisify(execFile)(process.execPath, ["--conditions=@tocsin/source", "example.ts"], {
      cwd: directory,
      env: { ...process.env, ...env },
      timeout: 20_000,
    });
  } finally {
    await rm(directory, { recursive: true });
  }
}
