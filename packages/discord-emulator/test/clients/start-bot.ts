import { existsSync } from "node:fs";
import { join } from "node:path";
import { type StartedProcess, skipUnless, startProcess } from "@tocsin/testkit";
import type { DiscordEmulator } from "../../src/index.ts";
import { send } from "../support.ts";

/** Debian's Python, the one that finds Debian's packages: another may come first in the PATH. */
export const PYTHON = "/usr/bin/python3";

/** Whether Debian's `python3-discord` is missing. Prints a line where it is; in CI that is an error. */
export function isDiscordPyMissing(): boolean {
  return skipUnless(existsSync("/usr/lib/python3/dist-packages/discord/__init__.py"), "python3-discord");
}

/** Starts a program of this folder: Python by its ending, otherwise Node. It finds `emulator` in its environment. */
export async function startClient(emulator: DiscordEmulator, file: string): Promise<StartedProcess> {
  const { api_url, bot_token, guild_id, application_id, channels } = emulator.description;
  const gateway = await send("GET", `${api_url}/v10/gateway`);
  return startProcess({
    ...(file.endsWith(".py") ? { program: PYTHON } : {}),
    args: [join(import.meta.dirname, file)],
    env: {
      DISCORD_API_URL: api_url,
      DISCORD_BOT_TOKEN: bot_token,
      DISCORD_GATEWAY_URL: gateway.json.url,
      DISCORD_GUILD_ID: guild_id,
      DISCORD_APPLICATION_ID: application_id,
      DISCORD_WEBHOOK_URL: channels.alerts.webhook_url,
    },
    readyPattern: /^ready$/m,
    timeoutMs: 15_000,
  });
}
