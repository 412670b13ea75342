import { readFile } from "node:fs/promises";
import type { EmulatorDescription, LimitProfile } from "@tocsin/discord-emulator";
import { ensureDiscordAnswers } from "../answering.ts";
import { cliError } from "../errors.ts";
import { listening } from "../listening.ts";

const STATE_TIMEOUT_MS = 5_000;

/** A local Discord that answers. */
export interface OpenDiscord {
  readonly description: EmulatorDescription;
  /** Which rate limits it has. */
  readonly limits: LimitProfile;
  /** Ends an emulator that was started here; one that runs elsewhere goes on. */
  close(): Promise<void>;
}

/** Starts the emulator inside this process. */
export async function startDiscord(options: {
  readonly port: number;
  readonly dataDir: string;
  readonly limits: LimitProfile;
}): Promise<OpenDiscord> {
  const { startDiscordEmulator } = await import("@tocsin/discord-emulator");
  const emulator = await listening(options.port, "--emulator-port", () =>
    startDiscordEmulator({ ...options, host: "127.0.0.1" }),
  );
  try {
    await ensureDiscordAnswers(emulator.description, "start again");
  } catch (error) {
    await emulator.close();
    throw error;
  }
  return { description: emulator.description, limits: options.limits, close: () => emulator.close() };
}

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";

/** The fields that `tocsin dev` itself uses; the others are handed on as they are. */
function isDescription(value: unknown): value is EmulatorDescription {
  const { api_url, page_url, bot_token, guild_id, channels } = (value ?? {}) as Partial<EmulatorDescription>;
  const named = [channels?.alerts, channels?.critical, channels?.forum];
  const places = named.flatMap((channel) => [channel?.id, channel?.webhook_url]);
  return [api_url, page_url, bot_token, guild_id, ...places].every(isText) && URL.canParse(api_url ?? "");
}

/** Uses the emulator that `file` (written by `tocsin emulator`) describes. */
export async function connectDiscord(file: string): Promise<OpenDiscord> {
  const advice = "give the emulator.json that a running `tocsin emulator` wrote";
  let description: unknown;
  try {
    description = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw cliError("CLI_EMULATOR_FILE_INVALID", `cannot read --discord ${file}: ${advice}`, error);
  }
  if (!isDescription(description))
    throw cliError("CLI_EMULATOR_FILE_INVALID", `--discord ${file} describes no local Discord: ${advice}`);
  await ensureDiscordAnswers(description, advice);
  return { description, limits: await limitsOf(description), close: async () => undefined };
}

/** The limits of an emulator that runs elsewhere; those that are likely when it does not say. */
async function limitsOf({ control_url }: EmulatorDescription): Promise<LimitProfile> {
  try {
    const response = await fetch(`${control_url}/state`, { signal: AbortSignal.timeout(STATE_TIMEOUT_MS) });
    const { limits } = (await response.json()) as { readonly limits?: unknown };
    return limits === "strict" || limits === "off" ? limits : "documented";
  } catch {
    return "documented";
  }
}
