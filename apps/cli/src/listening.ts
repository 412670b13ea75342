import { cliError } from "./errors.ts";

/** The system's code of `error`, or of what caused it. */
function systemCode(error: unknown): string | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code, syscall } = each as NodeJS.ErrnoException;
    if (syscall !== undefined && code !== undefined) return code;
  }
  return undefined;
}

/**
 * Runs `listen` and says of a port that cannot be had which one it is and which option chooses another:
 * `CLI_PORT_IN_USE` or `CLI_LISTEN_FAILED`. Other errors pass.
 */
export async function listening<T>(port: number, flag: string, listen: () => Promise<T>): Promise<T> {
  try {
    return await listen();
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    if (code === "EADDRINUSE") {
      const advice = `stop what listens there, or choose another one with ${flag}`;
      throw cliError("CLI_PORT_IN_USE", `port ${port} is already in use: ${advice}`, error);
    }
    throw cliError(
      "CLI_LISTEN_FAILED",
      `cannot listen on port ${port} (${code}): choose another one with ${flag}`,
      error,
    );
  }
}
