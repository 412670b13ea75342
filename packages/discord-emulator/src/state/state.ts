import type { Dispatch, DispatchBus } from "../dispatch/bus.ts";
import type { Snowflakes } from "../snowflake.ts";
import { type Attachments, createAttachments } from "./attachments.ts";
import { type Bots, createBots } from "./bots.ts";
import { type Channels, createChannels } from "./channels.ts";
import { type Commands, createCommands } from "./commands.ts";
import type { Database } from "./database.ts";
import { createDirectMessages, type DirectMessages } from "./direct-messages.ts";
import { createEphemeralMessages, type EphemeralMessages } from "./ephemeral-messages.ts";
import { createGuilds, type Guilds } from "./guilds.ts";
import { createInteractions, type Interactions } from "./interactions.ts";
import { createMembers, type Members } from "./members.ts";
import { createMessages, type Messages } from "./messages.ts";
import { createNonces, type Nonces } from "./nonces.ts";
import { createPins, type Pins } from "./pins.ts";
import { createReactions, type Reactions } from "./reactions.ts";
import { createRoles, type Roles } from "./roles.ts";
import { createThreadMembers, type ThreadMembers } from "./thread-members.ts";
import { createThreads, type Threads } from "./threads.ts";
import { createUsers, type Users } from "./users.ts";
import { createWebhooks, type Webhooks } from "./webhooks.ts";

/** Everything that the emulated Discord remembers. */
export interface State {
  readonly users: Users;
  readonly bots: Bots;
  readonly guilds: Guilds;
  readonly roles: Roles;
  readonly members: Members;
  readonly direct: DirectMessages;
  readonly channels: Channels;
  readonly threads: Threads;
  readonly threadMembers: ThreadMembers;
  readonly commands: Commands;
  readonly webhooks: Webhooks;
  readonly messages: Messages;
  /** Messages that one user sees; they are not among `messages`. */
  readonly ephemeral: EphemeralMessages;
  readonly interactions: Interactions;
  readonly pins: Pins;
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

/** `nonceWindowMs`: how long nonces are remembered. @default 300000 */
export function createState(
  database: Database,
  snowflakes: Snowflakes,
  bus: DispatchBus,
  now: () => number,
  nonceWindowMs?: number,
): State {
  let pending: Dispatch[] = [];
  let isWriting = false;
  const announce = (dispatch: Dispatch) => void pending.push(dispatch);

  const newest = database.get(
    `SELECT CAST(MAX(id) AS TEXT) AS id FROM (
      SELECT MAX(id) AS id FROM messages UNION ALL SELECT MAX(id) FROM channels UNION ALL SELECT MAX(id) FROM webhooks
      UNION ALL SELECT MAX(id) FROM users UNION ALL SELECT MAX(id) FROM attachments
      UNION ALL SELECT MAX(id) FROM guilds UNION ALL SELECT MAX(id) FROM roles
      UNION ALL SELECT MAX(id) FROM commands UNION ALL SELECT MAX(id) FROM interactions
      UNION ALL SELECT MAX(id) FROM ephemeral_messages)`,
  )?.id;
  if (typeof newest === "string") snowflakes.continueAfter(BigInt(newest));

  return {
    users: createUsers(database),
    bots: createBots(database),
    guilds: createGuilds(database),
    roles: createRoles(database, announce),
    members: createMembers(database),
    direct: createDirectMessages(database),
    channels: createChannels(database, announce),
    threads: createThreads(database),
    threadMembers: createThreadMembers(database),
    commands: createCommands(database),
    webhooks: createWebhooks(database, announce),
    messages: createMessages(database),
    ephemeral: createEphemeralMessages(database),
    interactions: createInteractions(database),
    pins: createPins(database),
    reactions: createReactions(database, announce),
    attachments: createAttachments(database),
    nonces: createNonces(database, now, nonceWindowMs),
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
