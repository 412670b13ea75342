import { type Refusal, refuse } from "../errors/refusal.ts";
import { type Call, callingBot, namedChannel, type UnreadCall } from "../http/call.ts";
import type { JsonObject } from "../json.ts";
import { isThread } from "../state/channels.ts";
import type { Channel, Overwrite } from "../state/objects.ts";
import { readOverwrite, refuseOverwrites } from "./overwrites.ts";
import type { PermissionName } from "./permission.ts";
import { mayIn } from "./refuse-lacking.ts";

/** What may be changed of a thread by whoever started it (docs: topics/threads, "Editing & Deleting Threads"). */
const STARTERS_OWN = ["name", "archived", "auto_archive_duration", "invitable", "applied_tags"];

/** What deleting the channel of the path takes. Anybody may close a direct message. */
export function neededToDelete(call: UnreadCall): readonly PermissionName[] {
  const channel = namedChannel(call);
  if (!channel || channel.guild_id === undefined) return [];
  return [isThread(channel) ? "MANAGE_THREADS" : "MANAGE_CHANNELS"];
}

/** What changing the channel of the path takes, whatever is changed. */
export function neededToChange(call: UnreadCall): readonly PermissionName[] {
  const channel = namedChannel(call);
  return channel && isThread(channel) ? [] : ["MANAGE_CHANNELS"];
}

/**
 * Refuses changes of a thread (50013). MANAGE_THREADS may do all. Without it nothing of a locked thread is changed; of
 * another anybody who may write reopens it, and its starter changes what is the starter's (docs: resources/channel, "Modify Channel").
 */
export function refuseThreadChange(call: Call, thread: Channel, changes: JsonObject): Refusal | undefined {
  const { state } = call.world;
  const { userId } = callingBot(call);
  if (mayIn(state, userId, thread, ["MANAGE_THREADS"])) return undefined;
  if (thread.thread_metadata?.locked) return refuse(50013);
  const names = Object.keys(changes);
  const isReopening = changes.archived === false && names.length === 1;
  if (isReopening && mayIn(state, userId, thread, ["SEND_MESSAGES"])) return undefined;
  const isStarter = thread.owner_id === userId && names.every((name) => STARTERS_OWN.includes(name));
  return isStarter ? undefined : refuse(50013);
}

/** The overwrites that a checked body asks for, undefined without any, or why the bot may not set them: MANAGE_ROLES is needed. */
export function readWantedOverwrites(
  call: Call,
  guildId: string,
  channel: Channel | undefined,
  wanted: unknown,
): readonly Overwrite[] | Refusal | undefined {
  if (wanted === undefined) return undefined;
  const { state } = call.world;
  const { userId } = callingBot(call);
  if (channel && !mayIn(state, userId, channel, ["MANAGE_ROLES"])) return refuse(50013);
  const overwrites = (wanted as JsonObject[]).map((entry) => readOverwrite(state, guildId, String(entry.id), entry));
  return refuseOverwrites(state, { userId, guildId, channel }, overwrites) ?? overwrites;
}
