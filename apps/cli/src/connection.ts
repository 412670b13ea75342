import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Context } from "./context.ts";
import { ExitCode } from "./exit-code.ts";
import type { Failure } from "./report-failure.ts";

/** A relay and the credentials for it. */
export interface Connection {
  /** Without a trailing slash. */
  readonly url: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  /** Where the address came from, for messages: `--url`, `TOCSIN_URL` or the path of a `dev.json`. */
  readonly source: string;
}

/** The options that every command that talks to a relay has. */
export interface ConnectionFlags {
  readonly url?: string;
  readonly apiKey?: string;
  readonly apiSecret?: string;
}

export type ConnectionResult =
  | { readonly kind: "found"; readonly connection: Connection }
  | { readonly kind: "missing"; readonly failure: Failure };

export const CONNECTION_HELP = `The relay is found by --url, --api-key and --api-secret; else TOCSIN_URL, TOCSIN_API_KEY and TOCSIN_API_SECRET;
else .tocsin/dev.json (written by tocsin dev) in this directory or the nearest one above it.`;

const HEADER_VALUE = /^[\x21-\x7e]+$/;

type DevRelay = { readonly path: string; readonly url: string; readonly apiKey: string; readonly apiSecret: string };

async function readDevRelay(path: string): Promise<DevRelay | null> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    return null; // Not there, or not ours to read: the next directory may have one.
  }
  try {
    const { url, api_key, api_secret } = (JSON.parse(text) as { relay: Record<string, unknown> }).relay;
    if (typeof url === "string" && typeof api_key === "string" && typeof api_secret === "string")
      return { path, url, apiKey: api_key, apiSecret: api_secret };
  } catch {
    // Not a description of a relay: the next directory may have one.
  }
  return null;
}

async function findDevRelay(directory: string): Promise<DevRelay | null> {
  const found = await readDevRelay(join(directory, ".tocsin", "dev.json"));
  const parent = dirname(directory);
  return found ?? (parent === directory ? null : findDevRelay(parent));
}

function toBaseUrl(text: string): string | null {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:") || url.username || url.password)
    return null;
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}

/**
 * Finds the relay: flags, then `TOCSIN_URL`, `TOCSIN_API_KEY` and `TOCSIN_API_SECRET`, then `.tocsin/dev.json` in the
 * working directory or the nearest one above it. Each value is looked up by itself, with one exception: the
 * credentials of a `dev.json` are only ever used for the address in that same file.
 */
export async function findConnection(
  context: Pick<Context, "env" | "cwd">,
  flags: ConnectionFlags,
): Promise<ConnectionResult> {
  const { env } = context;
  const dev = await findDevRelay(context.cwd);
  const [given, source] = flags.url
    ? [flags.url, "--url"]
    : env.TOCSIN_URL
      ? [env.TOCSIN_URL, "TOCSIN_URL"]
      : [dev?.url, dev?.path ?? ""];
  if (given === undefined) {
    return missing(
      ExitCode.unreachable,
      "no relay found: no --url, no TOCSIN_URL and no .tocsin/dev.json up from here",
      {
        advice: "start one with `tocsin dev`, or say where yours is with --url, --api-key and --api-secret",
      },
    );
  }
  const url = toBaseUrl(given);
  if (url === null) {
    return missing(ExitCode.wrongUse, `the relay's address in ${source} is not an http(s) URL without credentials`, {
      advice: "give it like http://127.0.0.1:8080",
    });
  }
  const own = dev !== null && toBaseUrl(dev.url) === url ? dev : undefined;
  const apiKey = flags.apiKey ?? (env.TOCSIN_API_KEY || own?.apiKey);
  const apiSecret = flags.apiSecret ?? (env.TOCSIN_API_SECRET || own?.apiSecret);
  if (!apiKey || !apiSecret) {
    const name = apiKey ? "secret" : "key";
    return missing(ExitCode.wrongUse, `no API ${name} for the relay at ${url}`, {
      advice: `give it with --api-${name} or TOCSIN_API_${name.toUpperCase()}`,
    });
  }
  if (!HEADER_VALUE.test(apiKey) || !HEADER_VALUE.test(apiSecret)) {
    return missing(
      ExitCode.wrongUse,
      "the API key or secret holds characters that no key has (a space or a line end?)",
      {
        advice: "give them as they were printed when the key was made",
      },
    );
  }
  return { kind: "found", connection: { url, apiKey, apiSecret, source } };
}

function missing(exitCode: ExitCode, what: string, rest: { readonly advice: string }): ConnectionResult {
  return { kind: "missing", failure: { exitCode, what, ...rest } };
}
