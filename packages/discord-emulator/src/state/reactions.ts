import type { Dispatch } from "../dispatch/bus.ts";
import type { Database } from "./database.ts";
import type { Emoji } from "./objects.ts";

const VARIATION_SELECTOR = /\uFE0F/g;

/** Where a reaction sits, as events name it. */
export interface ReactionPlace {
  readonly messageId: string;
  readonly channelId: string;
  readonly guildId: string | undefined;
  readonly messageAuthorId: string;
}

/** One emoji on a message, and who put it there, first one first. */
export interface ReactionGroup {
  readonly emoji: Emoji;
  readonly userIds: readonly string[];
}

/** Reactions to messages, in the order in which each emoji was first used. Adding one that is there, or removing one that is not, changes and announces nothing. */
export interface Reactions {
  groups(messageId: string): ReactionGroup[];
  /** Ids of those who reacted with `emoji`, ascending, after `afterId`. */
  userIds(messageId: string, emoji: Emoji, page: { afterId: string; maxCount: number }): string[];
  add(place: ReactionPlace, emoji: Emoji, userId: string): void;
  remove(place: ReactionPlace, emoji: Emoji, userId: string): void;
  /** Removes all reactions, or all with `emoji`. */
  clear(place: ReactionPlace, emoji?: Emoji): void;
  /** Drops what belongs to a message that is gone, without an event. */
  forget(messageId: string): void;
}

/** Name under which an emoji is counted: variation selectors make no second emoji. */
function toKey(emoji: Emoji): string {
  return emoji.id ?? emoji.name.replace(VARIATION_SELECTOR, "");
}

export function createReactions(database: Database, announce: (dispatch: Dispatch) => void): Reactions {
  const toEvent = ({ messageId, channelId, guildId }: ReactionPlace) => ({
    message_id: messageId,
    channel_id: channelId,
    guild_id: guildId,
  });

  /** The emoji as the first who reacted with it has spelt it. */
  function spelt(messageId: string, emoji: Emoji): Emoji {
    const row = database.get(
      "SELECT body FROM reactions WHERE message_id = ? AND emoji = ? LIMIT 1",
      BigInt(messageId),
      toKey(emoji),
    );
    return row ? (JSON.parse(String(row.body)) as Emoji) : emoji;
  }

  return {
    groups(messageId) {
      const rows = database.all(
        "SELECT emoji, body, CAST(user_id AS TEXT) AS user_id FROM reactions WHERE message_id = ? ORDER BY position",
        BigInt(messageId),
      );
      const groups = new Map<string, { emoji: Emoji; userIds: string[] }>();
      for (const row of rows) {
        const key = String(row.emoji);
        const group = groups.get(key) ?? { emoji: JSON.parse(String(row.body)) as Emoji, userIds: [] };
        group.userIds.push(String(row.user_id));
        groups.set(key, group);
      }
      return [...groups.values()];
    },
    userIds(messageId, emoji, { afterId, maxCount }) {
      return database
        .all(
          `SELECT CAST(user_id AS TEXT) AS user_id FROM reactions
           WHERE message_id = ? AND emoji = ? AND reactions.user_id > ? ORDER BY reactions.user_id LIMIT ?`,
          BigInt(messageId),
          toKey(emoji),
          BigInt(afterId),
          maxCount,
        )
        .map((row) => String(row.user_id));
    },
    add(place, wanted, userId) {
      const emoji = spelt(place.messageId, wanted);
      const changed = database.run(
        "INSERT OR IGNORE INTO reactions (message_id, emoji, user_id, body) VALUES (?, ?, ?, ?)",
        BigInt(place.messageId),
        toKey(emoji),
        BigInt(userId),
        JSON.stringify(emoji),
      );
      if (changed === 0) return;
      announce({
        t: "MESSAGE_REACTION_ADD",
        d: {
          ...toEvent(place),
          user_id: userId,
          emoji,
          message_author_id: place.messageAuthorId,
          burst: false,
          type: 0,
        },
      });
    },
    remove(place, wanted, userId) {
      const emoji = spelt(place.messageId, wanted);
      const own = [BigInt(place.messageId), toKey(emoji), BigInt(userId)] as const;
      const row = database.get(
        "SELECT position FROM reactions WHERE message_id = ? AND emoji = ? AND user_id = ?",
        ...own,
      );
      if (!row) return;
      const position = Number(row.position);
      database.run("DELETE FROM reactions WHERE position = ?", position);
      // The emoji stays where it is, also when whoever brought it leaves.
      database.run(
        `UPDATE reactions SET position = ?1 WHERE position =
          (SELECT MIN(position) FROM reactions WHERE message_id = ?2 AND emoji = ?3) AND position > ?1`,
        position,
        BigInt(place.messageId),
        toKey(emoji),
      );
      announce({
        t: "MESSAGE_REACTION_REMOVE",
        d: { ...toEvent(place), user_id: userId, emoji, burst: false, type: 0 },
      });
    },
    clear(place, wanted) {
      const id = BigInt(place.messageId);
      const emoji = wanted && spelt(place.messageId, wanted);
      if (emoji) {
        if (database.run("DELETE FROM reactions WHERE message_id = ? AND emoji = ?", id, toKey(emoji)) === 0) return;
        announce({ t: "MESSAGE_REACTION_REMOVE_EMOJI", d: { ...toEvent(place), emoji } });
        return;
      }
      if (database.run("DELETE FROM reactions WHERE message_id = ?", id) === 0) return;
      announce({ t: "MESSAGE_REACTION_REMOVE_ALL", d: toEvent(place) });
    },
    forget(messageId) {
      database.run("DELETE FROM reactions WHERE message_id = ?", BigInt(messageId));
    },
  };
}
