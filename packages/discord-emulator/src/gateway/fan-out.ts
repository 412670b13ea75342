import type { World } from "../actions/world.ts";
import type { Dispatch } from "../dispatch/bus.ts";
import type { JsonObject } from "../json.ts";
import { createEventView, type EventText, type EventView } from "./event-view.ts";
import { INTENT, intentFor } from "./intents.ts";
import { isOnShard, type Session, tell } from "./session.ts";
import type { Sessions } from "./sessions.ts";
import { followSight, mayChangeSight, noteSight } from "./sight.ts";
import { buildGuildCreate } from "./snapshot.ts";

/** One dispatch for one session. */
interface Delivery extends EventText {
  readonly session: Session;
}

/** Decides who hears of what happened, and in which words. */
export interface FanOut {
  /** Works out who is to hear of a dispatch as things stand now, and returns what tells them. Undefined: nobody. */
  prepare(dispatch: Dispatch): (() => void) | undefined;
  /** Tells all sessions that know a guild that it is there (again), or, for a while, not. */
  setAvailable(guildId: string, isAvailable: boolean): void;
  /** Tells a session of a guild that it belongs to, unless there is an outage. */
  introduce(session: Session, guildId: string): void;
}

export function createFanOut(world: World, sessions: Sessions): FanOut {
  const unavailable = new Set<string>();

  function prepare(dispatch: Dispatch): (() => void) | undefined {
    if (dispatch.audience?.kind === "page") return undefined;
    const botIds = dispatch.audience ? [dispatch.audience.userId] : sessions.botIds();
    if (botIds.length === 0) return undefined;
    const view = createEventView(world.state, dispatch);
    const deliveries = botIds.flatMap((botId) => deliveriesTo(botId, dispatch, view));
    if (deliveries.length === 0) return undefined;
    return () => {
      for (const { session, t, json } of deliveries) tell(session, t, json);
    };
  }

  function deliveriesTo(botId: string, { t, d, audience }: Dispatch, view: EventView): Delivery[] {
    const own = sessions.of(botId);
    if (own.length === 0) return [];
    const userId = ((d as JsonObject).user as { id?: string } | undefined)?.id;
    if (userId === botId && t === "GUILD_MEMBER_ADD") return own.flatMap((session) => welcome(session, view));
    if (userId === botId && t === "GUILD_MEMBER_REMOVE") return own.flatMap((session) => dismiss(session, view));
    const { guildId } = view;
    if (guildId !== undefined && unavailable.has(guildId)) return [];
    const isDirected = audience !== undefined;
    const isFor = isDirected || view.isFor(botId);
    return own.flatMap((session) => {
      const texts = isFor && hears(session, botId, t, view, isDirected) ? view.textsFor(session) : [];
      return [...texts, ...afterwards(session, t, d as JsonObject, view)].map((text) => ({ session, ...text }));
    });
  }

  /** What a session is told besides, because it sees more or less than before. */
  function afterwards(session: Session, t: string, { id }: JsonObject, { guildId, concerns }: EventView): EventText[] {
    if (guildId === undefined || !mayChangeSight(t) || !session.guildIds.has(guildId)) return [];
    if (t === "GUILD_MEMBER_UPDATE" && !concerns(session.botId)) return [];
    const texts = followSight(world, session, guildId, t.startsWith("CHANNEL_") ? String(id) : undefined);
    return (session.intents & INTENT.GUILDS) === 0 ? [] : texts;
  }

  function hears(
    session: Session,
    botId: string,
    t: string,
    { guildId, isDirect, concerns }: EventView,
    isDirected: boolean,
  ) {
    // Of the bot itself every shard hears.
    if (t !== "USER_UPDATE" && !isOnShard(session, guildId)) return false;
    if (!isDirected && guildId !== undefined && !session.guildIds.has(guildId)) return false;
    // A bot hears of changes to itself without GUILD_MEMBERS (docs: events/gateway, "List of Intents").
    const intent = t === "GUILD_MEMBER_UPDATE" && concerns(botId) ? 0 : intentFor(t, isDirect);
    return (session.intents & intent) === intent;
  }

  /** A bot that joins is given the guild. */
  function welcome(session: Session, { guildId }: EventView): Delivery[] {
    if (guildId === undefined || !isOnShard(session, guildId)) return [];
    session.guildIds.add(guildId);
    return introduction(session, guildId);
  }

  function introduction(session: Session, guildId: string): Delivery[] {
    if ((session.intents & INTENT.GUILDS) === 0 || unavailable.has(guildId)) return [];
    noteSight(world, session, guildId);
    return [{ session, t: "GUILD_CREATE", json: JSON.stringify(buildGuildCreate(world, session, guildId)) }];
  }

  function introduce(session: Session, guildId: string): void {
    for (const { t, json } of introduction(session, guildId)) tell(session, t, json);
  }

  /** A bot that leaves loses the guild. */
  function dismiss(session: Session, { guildId }: EventView): Delivery[] {
    if (guildId === undefined || !session.guildIds.delete(guildId)) return [];
    if ((session.intents & INTENT.GUILDS) === 0) return [];
    return [{ session, t: "GUILD_DELETE", json: JSON.stringify({ id: guildId }) }];
  }

  return {
    prepare,
    introduce,
    setAvailable(guildId, isAvailable) {
      if (isAvailable !== unavailable.has(guildId)) return;
      if (isAvailable) unavailable.delete(guildId);
      else unavailable.add(guildId);
      for (const session of sessions.list()) {
        if (!session.guildIds.has(guildId) || (session.intents & INTENT.GUILDS) === 0) continue;
        if (!isAvailable) tell(session, "GUILD_DELETE", JSON.stringify({ id: guildId, unavailable: true }));
        else introduce(session, guildId);
      }
    },
  };
}
