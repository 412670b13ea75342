import { cliError } from "./errors.ts";

const ANSWER_TIMEOUT_MS = 5_000;

/**
 * Makes sure that a GET of `url` answers 200 within 5 seconds. Throws `CLI_NOT_ANSWERING`, which names the address and
 * `advice`.
 */
export async function ensureAnswering(
  name: string,
  url: string,
  options: { readonly headers?: Readonly<Record<string, string>>; readonly advice: string },
): Promise<void> {
  let found: string;
  let cause: unknown;
  try {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const response = await fetch(url, { headers: options.headers ?? {}, redirect: "manual", signal });
    await response.body?.cancel();
    if (response.status === 200) return;
    found = `answered ${response.status}`;
  } catch (error) {
    found = "does not answer";
    cause = error;
  }
  throw cliError("CLI_NOT_ANSWERING", `${name} at ${new URL(url).origin} ${found}: ${options.advice}`, cause);
}

/** Makes sure that the REST API of a local Discord answers its bot. Throws `CLI_NOT_ANSWERING`. */
export function ensureDiscordAnswers(
  discord: { readonly api_url: string; readonly bot_token: string },
  advice: string,
): Promise<void> {
  const headers = { authorization: `Bot ${discord.bot_token}` };
  return ensureAnswering("the local Discord", `${discord.api_url}/v10/users/@me`, { headers, advice });
}
