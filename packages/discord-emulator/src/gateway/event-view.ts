import type { Dispatch } from "../dispatch/bus.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import { hasPermissions } from "../permissions/permission.ts";
import { channelPermissions } from "../permissions/permissions-of.ts";
import { CHANNEL_TYPE, type Channel, type ThreadMetadata } from "../state/objects.ts";
import { presentChannel } from "../state/present-channel.ts";
import type { State } from "../state/state.ts";
import { enrich } from "./enrich.ts";
import { INTENT } from "./intents.ts";
import { obfuscate } from "./obfuscate.ts";
import { isPersonal, personalise, readsAnyway, stripContent } from "./personal.ts";
import type { Session } from "./session.ts";

/** A dispatch as it is told: its name and its serialised payload. */
export interface EventText {
  readonly t: string;
  readonly json: string;
}

/** What happened, as each bot sees it. Every distinct payload is serialised once, whoever reads it. */
export interface EventView {
  /** The guild where it happened. */
  readonly guildId: string | undefined;
  /** It happened in a direct message. */
  readonly isDirect: boolean;
  /** Tells whether it is about this user. */
  concerns(userId: string): boolean;
  /** Tells whether a bot may know of it, intents aside. */
  isFor(botId: string): boolean;
  /** What a session is told: mostly one dispatch. */
  textsFor(session: Session): readonly EventText[];
}

/** Looks at a dispatch as things stand right after it was announced. */
export function createEventView(state: State, { t, d: payload, formerMemberIds = [] }: Dispatch): EventView {
  const d = payload as JsonObject;
  const channel = findChannel(state, t, d);
  // It was deleted in the same moment: nobody sees into it any more.
  const isGone = !channel && d.channel_id !== undefined;
  const guildId = toId(d.guild_id) ?? channel?.guild_id ?? (t.startsWith("GUILD_") ? toId(d.id) : undefined);
  const isMessage = t === "MESSAGE_CREATE" || t === "MESSAGE_UPDATE";
  const isChannel = /^CHANNEL_(?:CREATE|UPDATE|DELETE)$/.test(t);
  const visible = new Map<string, boolean>();
  const texts = new Map<string, string>();
  let enriched: JsonObject | undefined;

  /** Tells whether a bot has a view of the channel, or belongs to the guild, where it happened. */
  function looksInto(botId: string): boolean {
    if (channel && !formerMemberIds.includes(botId)) {
      return hasPermissions(channelPermissions(state, botId, channel), ["VIEW_CHANNEL"]);
    }
    return guildId !== undefined && state.members.get(guildId, botId) !== undefined;
  }

  function sees(botId: string): boolean {
    const known = visible.get(botId);
    if (known !== undefined) return known;
    const isVisible = !isGone && looksInto(botId);
    visible.set(botId, isVisible);
    return isVisible;
  }

  /** Serialises the payload that goes by `key`, unless it was already. */
  function text(key: string, build: () => object): EventText {
    const json = texts.get(key) ?? JSON.stringify(build());
    texts.set(key, json);
    return { t, json };
  }

  function full(): JsonObject {
    enriched ??= enrich(state, t, d, channel);
    return enriched;
  }

  function messageFor({ botId, intents }: Session): EventText {
    const reads = (intents & INTENT.MESSAGE_CONTENT) !== 0 || readsAnyway(botId, d);
    const isOwn = isPersonal(d);
    // What it answers may be the bot's own message: then it is read, by this bot only.
    const differs = isOwn || (!reads && d.referenced_message !== undefined);
    return text(`${reads} ${differs ? botId : ""}`, () => {
      const seen = isOwn ? personalise(state, botId, full()) : full();
      return reads ? seen : stripContent(botId, seen);
    });
  }

  function threadFor(botId: string): EventText {
    const member = state.threadMembers.get(String(d.id), botId);
    return text(member ? botId : "", () => (member ? { ...d, member } : d));
  }

  function membersFor({ botId, intents }: Session): EventText[] {
    const added = (d.added_members ?? []) as readonly { user_id?: string }[];
    const isAdded = added.some(({ user_id }) => user_id === botId);
    const isRemoved = ((d.removed_member_ids ?? []) as readonly string[]).includes(botId);
    if ((intents & INTENT.GUILD_MEMBERS) === 0 && !isAdded && !isRemoved) return [];
    const told = text("", () => d);
    // A private thread begins to exist for whoever is added (docs: events/gateway-events, "Thread Create").
    if (!isAdded || channel?.type !== CHANNEL_TYPE.privateThread) return [told];
    return [{ t: "THREAD_CREATE", json: JSON.stringify(presentChannel(state, botId, channel)) }, told];
  }

  return {
    guildId,
    isDirect: guildId === undefined,
    concerns: (userId) => isJsonObject(d.user) && d.user.id === userId,
    isFor(botId) {
      if (t === "APPLICATION_COMMAND_PERMISSIONS_UPDATE")
        return state.bots.get(botId)?.applicationId === d.application_id;
      if (t === "USER_UPDATE") return d.id === botId;
      if (t === "THREAD_MEMBERS_UPDATE" && ((d.removed_member_ids ?? []) as readonly string[]).includes(botId))
        return true;
      if (isChannel && guildId !== undefined) return state.members.get(guildId, botId) !== undefined;
      return sees(botId);
    },
    textsFor(session) {
      if (isMessage) return [messageFor(session)];
      if (t === "THREAD_CREATE") return [threadFor(session.botId)];
      if (t === "THREAD_MEMBERS_UPDATE") return membersFor(session);
      // Its channel may be gone as well, and with it what hid it.
      if (t === "THREAD_DELETE" && session.hiddenIds.has(String(d.parent_id))) return [];
      if (isChannel && !sees(session.botId)) return [text("hidden", () => obfuscate(d as unknown as Channel))];
      return [text("", full)];
    },
  };
}

function toId(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The channel that an event is about, also when it is gone already. Undefined: about none. */
function findChannel(state: State, t: string, d: JsonObject): Channel | undefined {
  if (/^CHANNEL_(?:CREATE|UPDATE|DELETE)$|^THREAD_(?:CREATE|UPDATE)$/.test(t)) return d as unknown as Channel;
  // Of a deleted thread there is only what its event says.
  if (t === "THREAD_DELETE") return { ...d, thread_metadata: {} as ThreadMetadata } as unknown as Channel;
  const id = t === "THREAD_MEMBERS_UPDATE" ? toId(d.id) : toId(d.channel_id);
  return id === undefined ? undefined : state.channels.get(id);
}
