import { removeDescription, writeDescription } from "../description.ts";
import type { DiscordEmulator } from "../emulator.ts";
import { isLoopback } from "./loopback.ts";
import { untilAborted } from "./until-aborted.ts";

/** Where and how a command that runs an emulator speaks. */
export interface ServeOptions {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  /** Ends it. */
  readonly stop: AbortSignal;
  /** The address that it listens on. */
  readonly host: string;
  /** Where `emulator.json` goes; without it the secrets are printed, because nothing else would tell them. */
  readonly dataDir?: string;
  /** Lines about what to do next, given the path of `emulator.json`. */
  readonly hint?: (path: string) => string;
  /** Marks a word for the eye. @default as it is */
  readonly paint?: (style: "bold" | "cyan", text: string) => string;
}

/**
 * Says on stdout how `emulator` can be reached, waits for `stop`, then takes `emulator.json` away and closes the emulator.
 * The word `ready` appears when `emulator.json` is there.
 */
export async function serveEmulator(emulator: DiscordEmulator, options: ServeOptions): Promise<void> {
  const { stdout, stderr, stop, host, dataDir, hint, paint = (_style, text) => text } = options;
  const { description } = emulator;
  try {
    if (stop.aborted) return;
    const path = dataDir === undefined ? undefined : await writeDescription(emulator, dataDir);
    if (!isLoopback(host)) stderr.write(`note: everybody who reaches ${host} can use this Discord and read its page\n`);
    const secrets = [
      ["Bot token", description.bot_token],
      ["Webhook", `${description.channels.alerts.webhook_url}   (channel alerts)`],
    ];
    const lines = [
      ["Page", paint("cyan", description.page_url)],
      ["REST API", paint("cyan", description.api_url)],
      ["Control", paint("cyan", description.control_url)],
      ...(path === undefined ? secrets : [["Description", `${path}   (addresses, bot token, webhooks)`]]),
      ["Application", description.application_id],
      ["Guild", description.guild_id],
      ["Channels", idsOf(description.channels)],
      ["People", idsOf(description.users)],
    ].map(([name = "", text]) => `  ${name.padEnd(12)} ${text}\n`);
    const next = path === undefined || hint === undefined ? "" : `${hint(path)}\n`;
    stdout.write(
      `${paint("bold", "The local Discord is ready.")}\n\n${lines.join("")}\n${next}Stop with Ctrl+C, or kill ${process.pid}.\n`,
    );
    await untilAborted(stop);
    stderr.write("stopping\n");
  } finally {
    if (dataDir !== undefined) await removeDescription(dataDir);
    await emulator.close();
  }
}

function idsOf(named: Readonly<Record<string, { readonly id: string }>>): string {
  return Object.entries(named)
    .map(([name, { id }]) => `${name} ${id}`)
    .join(", ");
}
