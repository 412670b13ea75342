/** Where {@link skipUnless} reads the environment and writes its line. */
export interface SkipUnlessOptions {
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** @default console.warn */
  readonly print?: (line: string) => void;
}

/**
 * Tells whether tests that need the service `name` must be skipped: `describe.skipIf(skipUnless(found, "redis-server"))`.
 *
 * Available: false. Missing: prints a line that names the service and returns true, except under `CI=true`, where it
 * throws, so that a suite cannot go green in CI without having run.
 */
export function skipUnless(available: boolean, name: string, options: SkipUnlessOptions = {}): boolean {
  const { env = process.env, print = console.warn } = options;
  if (available) return false;
  if (env.CI === "true") throw new Error(`${name} is not available, and CI must not skip its tests`);
  print(`skipped: ${name} is not available`);
  return true;
}
