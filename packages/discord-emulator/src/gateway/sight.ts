import type { World } from "../actions/world.ts";
import { mayIn } from "../permissions/refuse-lacking.ts";
import type { Channel } from "../state/objects.ts";
import { presentChannel } from "../state/present-channel.ts";
import type { EventText } from "./event-view.ts";
import { obfuscate } from "./obfuscate.ts";
import type { Session } from "./session.ts";

/** Dispatches after which a bot may see other channels than before. */
const CHANGES = /^(?:GUILD_ROLE_(?:UPDATE|DELETE)|GUILD_MEMBER_UPDATE|CHANNEL_(?:CREATE|UPDATE))$/;

/** Tells whether a dispatch may change what bots see. */
export function mayChangeSight(t: string): boolean {
  return CHANGES.test(t);
}

/** Notes which channels of a guild a session cannot see, as GUILD_CREATE tells it. */
export function noteSight({ state }: World, session: Session, guildId: string): void {
  for (const channel of state.channels.list(guildId)) {
    if (mayIn(state, session.botId, channel, ["VIEW_CHANNEL"])) session.hiddenIds.delete(channel.id);
    else session.hiddenIds.add(channel.id);
  }
}

/**
 * What a session is told of channels that its bot sees now and did not before, or the other way round: the channel, whole
 * or obfuscated, and the threads that it can see there now (docs: resources/channel, "Obfuscated Channels";
 * events/gateway-events, "Thread List Sync"). `toldId`: a channel that it was told of already.
 */
export function followSight(world: World, session: Session, guildId: string, toldId: string | undefined): EventText[] {
  const { state } = world;
  const { botId, hiddenIds } = session;
  // It has left in the same moment: it is told of that instead.
  if (!state.members.get(guildId, botId)) return [];
  return state.channels.list(guildId).flatMap((channel) => {
    const isHidden = !mayIn(state, botId, channel, ["VIEW_CHANNEL"]);
    const wasHidden = hiddenIds.has(channel.id);
    if (isHidden) hiddenIds.add(channel.id);
    else hiddenIds.delete(channel.id);
    if (isHidden === wasHidden) return [];
    const update = text("CHANNEL_UPDATE", isHidden ? obfuscate(channel) : channel);
    return [...(channel.id === toldId ? [] : [update]), ...(isHidden ? [] : [listThreads(world, botId, channel)])];
  });
}

function listThreads({ state }: World, botId: string, { id, guild_id: guildId }: Channel): EventText {
  const threads = state.threads
    .active(guildId ?? "0")
    .filter((thread) => thread.parent_id === id && mayIn(state, botId, thread, ["VIEW_CHANNEL"]));
  return text("THREAD_LIST_SYNC", {
    guild_id: guildId,
    channel_ids: [id],
    threads: threads.map((thread) => presentChannel(state, botId, thread)),
    members: threads.flatMap((thread) => state.threadMembers.get(thread.id, botId) ?? []),
  });
}

function text(t: string, d: object): EventText {
  return { t, json: JSON.stringify(d) };
}
