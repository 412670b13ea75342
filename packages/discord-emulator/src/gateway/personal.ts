import { isJsonObject, type JsonObject } from "../json.ts";
import type { Channel } from "../state/objects.ts";
import { presentChannel } from "../state/present-channel.ts";
import type { State } from "../state/state.ts";

/** What of a message is left for a bot without MESSAGE_CONTENT (docs: events/gateway, "Message Content Intent"). */
const STRIPPED = { content: "", embeds: [], attachments: [], components: [] };

interface Author {
  readonly id?: string;
}

/**
 * Tells whether a session without MESSAGE_CONTENT reads a message of a guild all the same: the bot's own, and those that
 * mention it. In direct messages everything is read.
 */
export function readsAnyway(botId: string, d: JsonObject): boolean {
  if (d.guild_id === undefined || (d.author as Author | undefined)?.id === botId) return true;
  return Array.isArray(d.mentions) && d.mentions.some((user: Author) => user.id === botId);
}

/** A message without what its writer said. A message that it answers is stripped like any other. */
export function stripContent(botId: string, d: JsonObject): JsonObject {
  const { poll: _, ...rest }: JsonObject = { ...d, ...STRIPPED };
  const { referenced_message: referenced, message_snapshots: snapshots } = d;
  const isHidden = isJsonObject(referenced) && !readsAnyway(botId, { guild_id: d.guild_id, ...referenced });
  return {
    ...rest,
    ...(isHidden ? { referenced_message: stripContent(botId, referenced) } : {}),
    ...(Array.isArray(snapshots)
      ? {
          message_snapshots: snapshots.map(({ message }: JsonObject) => ({
            message: { ...(message as object), ...STRIPPED },
          })),
        }
      : {}),
  };
}

/** Tells whether a message says something that each bot sees in its own way. */
export function isPersonal(d: JsonObject): boolean {
  return d.reactions !== undefined || d.thread !== undefined;
}

/** A message as one bot sees it: which reactions are its own, and whether it belongs to the thread that started there. */
export function personalise(state: State, botId: string, d: JsonObject): JsonObject {
  const messageId = String(d.id);
  const thread = d.thread === undefined ? undefined : state.channels.get(messageId);
  const reactions = Array.isArray(d.reactions) ? (d.reactions as JsonObject[]) : undefined;
  const groups = reactions ? state.reactions.groups(messageId) : [];
  return {
    ...d,
    ...(thread ? { thread: presentChannel(state, botId, thread as Channel) } : {}),
    ...(reactions
      ? {
          reactions: reactions.map((shown, index) => ({
            ...shown,
            me: groups[index]?.userIds.includes(botId) === true,
          })),
        }
      : {}),
  };
}
