import { test as plainTest, type TestAPI } from "vitest";
import { type DiscordEmulator, type EmulatorOptions, startDiscordEmulator } from "./emulator.ts";

/** What a test finds in its context. */
export interface EmulatorContext {
  /** An emulator of its own, closed afterwards. Tests that do not name it start none. */
  readonly discord: DiscordEmulator;
}

/** Options of the emulators that tests get. */
export interface EmulatorTestOptions extends EmulatorOptions {
  /** Who shares an emulator: nobody, or the tests of a file. @default "test" */
  readonly scope?: "test" | "file";
}

/** Creates a `test` of Vitest whose context has `discord`. Rate limits are off unless `options` say otherwise. */
export function createEmulatorTest(options: EmulatorTestOptions = {}): TestAPI<EmulatorContext> {
  const { scope = "test", ...rest } = options;
  return plainTest.extend<EmulatorContext>({
    discord: [
      // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from this pattern which fixtures are used.
      async ({}, use) => {
        const emulator = await startDiscordEmulator({ limits: "off", ...rest });
        try {
          await use(emulator);
        } finally {
          await emulator.close();
        }
      },
      { scope },
    ],
  });
}

/** Vitest's `test`, with `discord`: a fresh emulator for each test that names it, without rate limits. */
export const test: TestAPI<EmulatorContext> = createEmulatorTest();
