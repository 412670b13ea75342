import type { Dispatch, DispatchBus } from "../dispatch/bus.ts";
import type { Snowflakes } from "../snowflake.ts";
import { type Attachments, createAttachments } from "./attachments.ts";
import { type Channels, createChannels } from "./channels.ts";
import type { Database } from "./database.ts";
import { createMessages, type Messages } from "./messages.ts";
import { createNonces, type Nonces } from "./nonces.ts";
import { createReactions, type Reactions } from "./reactions.ts";
import { createUsers, type Users } from "./users.ts";
import { createWebhooks, type Webhooks } from "./webhooks.ts";

/** Everything that the emulated Discord remembers. */
export interface State {
  readonly users: Users;
  readonly channels: Channels;
  readonly webhooks: Webhooks;
  readonly messages: Messages;
  readonly reactions: Reactions;
  readonly attachments: Attachments;
  readonly nonces: Nonces;
  readonly nextId: () => string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /**
   * Runs `work` in one transaction. When this returns, its changes are stored, and only then its dispatches go out.
   * When `work` throws, nothing happened. Calls inside `work` join it.
   */
  write<T>(work: () => T): T;
  /** Announces a change made inside `write`. */
  announce(dispatch: Dispatch): void;
}

export function createState(database: Database, snowflakes: Snowflakes, bus: DispatchBus, now: () => number): State {
  let pending: Dispatch[] = [];
  let isWriting = false;
  const announce = (dispatch: Dispatch) => void pending.push(dispatch);

  const newest = database.get(
    `SELECT CAST(MAX(id) AS TEXT) AS id FROM (
      SELECT MAX(id) AS id FROM messages UNION ALL SELECT MAX(id) FROM channels UNION ALL SELECT MAX(id) FROM webhooks
      UNION ALL SELECT MAX(id) FROM users UNION ALL SELECT MAX(id) FROM attachments)`,
  )?.id;
  if (typeof newest === "string") snowflakes.continueAfter(BigInt(newest));

  return {
    users: createUsers(database),
    channels: createChannels(database, announce),
    webhooks: createWebhooks(database, announce),
    messages: createMessages(database),
    reactions: createReactions(database, announce),
    attachments: createAttachments(database),
    nonces: createNonces(database, now),
    nextId: () => snowflakes.next(),
    now,
    announce,
    write(work) {
      if (isWriting) return work();
      isWriting = true;
      let dispatches: Dispatch[] = [];
      try {
        const result = database.transaction(work);
        dispatches = pending;
        return result;
      } finally {
        pending = [];
        isWriting = false;
        for (const dispatch of dispatches) bus.emit(dispatch);
      }
    },
  };
}
