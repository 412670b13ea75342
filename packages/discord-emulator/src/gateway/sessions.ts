import { isSame } from "../state/bots.ts";
import type { Session } from "./session.ts";

/** Sessions of a bot that nobody reads; the oldest beyond these end early. */
const MAX_DETACHED_COUNT = 200;

/** All sessions of this run. Those that nobody reads end after a while. */
export interface Sessions {
  add(session: Session): void;
  /** The session, when it exists and belongs to the bot with `token`. */
  find(id: string, token: string): Session | undefined;
  list(): Session[];
  /** Ids of the bots that have sessions. */
  botIds(): string[];
  of(botId: string): readonly Session[];
  /** Ends a session; its reader, if any, is sent away with `code`. */
  end(session: Session, code?: number): void;
  /** Its connection has broken: from now on it waits to be resumed. */
  detach(session: Session): void;
}

/** `now`: milliseconds on a clock that does not step back; `resumeWindowMs`: how long a session waits to be resumed. */
export function createSessions(now: () => number, resumeWindowMs: number): Sessions {
  const byId = new Map<string, Session>();
  const byBot = new Map<string, Set<Session>>();

  function end(session: Session, code?: number): void {
    byId.delete(session.id);
    const own = byBot.get(session.botId);
    own?.delete(session);
    if (own?.size === 0) byBot.delete(session.botId);
    const { reader } = session;
    session.reader = undefined;
    reader?.dismiss(code);
  }

  /** Ends what has waited too long, and of each bot the oldest that are too many. */
  function sweep(): void {
    const at = now();
    for (const own of byBot.values()) {
      const waiting = [...own].filter(({ reader }) => !reader).sort((a, b) => b.detachedAt - a.detachedAt);
      waiting.forEach((session, index) => {
        if (index >= MAX_DETACHED_COUNT || at - session.detachedAt > resumeWindowMs) end(session);
      });
    }
  }

  return {
    add(session) {
      sweep();
      byId.set(session.id, session);
      const own = byBot.get(session.botId) ?? new Set();
      byBot.set(session.botId, own.add(session));
    },
    find(id, token) {
      sweep();
      const session = byId.get(id);
      return session && isSame(session.token, token) ? session : undefined;
    },
    list() {
      sweep();
      return [...byId.values()];
    },
    botIds: () => [...byBot.keys()],
    of: (botId) => [...(byBot.get(botId) ?? [])],
    end,
    detach(session) {
      session.reader = undefined;
      session.detachedAt = now();
      sweep();
    },
  };
}
