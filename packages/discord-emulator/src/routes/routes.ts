import type { DiscordRoute } from "../http/call.ts";
import { APPLICATION } from "./application.ts";
import { CHANNELS } from "./channels.ts";
import { COMMAND_PERMISSIONS } from "./command-permissions.ts";
import { COMMANDS } from "./commands.ts";
import { CREATE_CHANNEL } from "./create-channel.ts";
import { CROSSPOST } from "./crosspost.ts";
import { DIRECT_MESSAGES } from "./direct-messages.ts";
import { GUILDS } from "./guilds.ts";
import { INTERACTION_CALLBACK } from "./interaction-callback.ts";
import { INTERACTION_MESSAGES } from "./interaction-messages.ts";
import { ME } from "./me.ts";
import { MEMBERS } from "./members.ts";
import { MESSAGES } from "./messages.ts";
import { OVERWRITES } from "./overwrites.ts";
import { PINS } from "./pins.ts";
import { REACTIONS } from "./reactions.ts";
import { ROLES } from "./roles.ts";
import { THREAD_LISTS } from "./thread-lists.ts";
import { THREAD_MEMBERS } from "./thread-members.ts";
import { THREADS } from "./threads.ts";
import { WEBHOOK_EXECUTE } from "./webhook-execute.ts";
import { WEBHOOK_FOREIGN } from "./webhook-foreign.ts";
import { WEBHOOK_MANAGE } from "./webhook-manage.ts";
import { WEBHOOK_MESSAGES } from "./webhook-messages.ts";

/** Every route of Discord's API that is emulated. */
export const ROUTES: readonly DiscordRoute[] = [
  ...APPLICATION,
  ...ME,
  ...GUILDS,
  ...ROLES,
  ...MEMBERS,
  ...OVERWRITES,
  ...DIRECT_MESSAGES,
  CREATE_CHANNEL,
  ...CHANNELS,
  ...MESSAGES,
  CROSSPOST,
  ...REACTIONS,
  ...PINS,
  ...THREADS,
  ...THREAD_LISTS,
  ...THREAD_MEMBERS,
  ...COMMANDS,
  ...COMMAND_PERMISSIONS,
  ...WEBHOOK_EXECUTE,
  ...WEBHOOK_FOREIGN,
  ...WEBHOOK_MESSAGES,
  ...WEBHOOK_MANAGE,
  INTERACTION_CALLBACK,
  ...INTERACTION_MESSAGES,
];
