import { TocsinError } from "@tocsin/errors";

/**
 * Every code that this package throws. Each message says what to do about it.
 *
 * - `CLI_PORT_IN_USE`: somebody else listens on a port
 * - `CLI_LISTEN_FAILED`: a port or address cannot be had for another reason
 * - `CLI_CONFIG_INVALID`: the file of `--config` has mistakes
 * - `CLI_EMULATOR_FILE_INVALID`: the file of `--discord` describes no emulator
 * - `CLI_DATA_DIR_UNUSABLE`: the data directory is no directory, or not ours to write
 * - `CLI_DEV_RUNNING`: a `tocsin dev` runs with the same data directory
 * - `CLI_NOT_ANSWERING`: something that was started, or said to run, does not answer
 */
export const CODES = [
  "CLI_PORT_IN_USE",
  "CLI_LISTEN_FAILED",
  "CLI_CONFIG_INVALID",
  "CLI_EMULATOR_FILE_INVALID",
  "CLI_DATA_DIR_UNUSABLE",
  "CLI_DEV_RUNNING",
  "CLI_NOT_ANSWERING",
] as const;

export type CliErrorCode = (typeof CODES)[number];

export function cliError(code: CliErrorCode, message: string, cause?: unknown): TocsinError {
  return new TocsinError(message, { code, cause });
}
