import type { DiscordRoute } from "../http/call.ts";
import { CHANNELS } from "./channels.ts";
import { CREATE_CHANNEL } from "./create-channel.ts";
import { GUILDS } from "./guilds.ts";
import { ME } from "./me.ts";
import { MESSAGES } from "./messages.ts";
import { PINS } from "./pins.ts";
import { REACTIONS } from "./reactions.ts";
import { THREADS } from "./threads.ts";
import { WEBHOOK_EXECUTE } from "./webhook-execute.ts";
import { WEBHOOK_FOREIGN } from "./webhook-foreign.ts";
import { WEBHOOK_MANAGE } from "./webhook-manage.ts";
import { WEBHOOK_MESSAGES } from "./webhook-messages.ts";

/** Every route of Discord's API that is emulated. */
export const ROUTES: readonly DiscordRoute[] = [
  ...ME,
  ...GUILDS,
  CREATE_CHANNEL,
  ...CHANNELS,
  ...MESSAGES,
  ...REACTIONS,
  ...PINS,
  ...THREADS,
  ...WEBHOOK_EXECUTE,
  ...WEBHOOK_FOREIGN,
  ...WEBHOOK_MESSAGES,
  ...WEBHOOK_MANAGE,
];
