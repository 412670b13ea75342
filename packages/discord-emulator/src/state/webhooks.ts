import type { Dispatch } from "../dispatch/bus.ts";
import type { Database } from "./database.ts";
import type { Webhook } from "./objects.ts";

/** Incoming webhooks and their tokens. */
export interface Webhooks {
  get(id: string): Webhook | undefined;
  /** Oldest first, of one channel. */
  list(channelId: string): Webhook[];
  /** Oldest first, of all channels of a guild. */
  listOfGuild(guildId: string): Webhook[];
  put(webhook: Webhook): void;
  /** Its messages stay, as on Discord. */
  delete(id: string): void;
}

export function createWebhooks(database: Database, announce: (dispatch: Dispatch) => void): Webhooks {
  const parse = (row: Record<string, unknown>) => JSON.parse(String(row.body)) as Webhook;

  function get(id: string): Webhook | undefined {
    const row = database.get("SELECT body FROM webhooks WHERE id = ?", BigInt(id));
    return row && parse(row);
  }

  function announceUpdate({ guild_id, channel_id }: Webhook): void {
    announce({ t: "WEBHOOKS_UPDATE", d: { guild_id, channel_id } });
  }

  return {
    get,
    list: (channelId) =>
      database.all("SELECT body FROM webhooks WHERE channel_id = ? ORDER BY id", BigInt(channelId)).map(parse),
    listOfGuild: (guildId) =>
      database.all("SELECT body FROM webhooks WHERE body ->> 'guild_id' = ? ORDER BY id", guildId).map(parse),
    put(webhook) {
      database.run(
        "INSERT OR REPLACE INTO webhooks (id, channel_id, body) VALUES (?, ?, ?)",
        BigInt(webhook.id),
        BigInt(webhook.channel_id),
        JSON.stringify(webhook),
      );
      announceUpdate(webhook);
    },
    delete(id) {
      const webhook = get(id);
      if (!webhook) return;
      database.run("DELETE FROM webhooks WHERE id = ?", BigInt(id));
      announceUpdate(webhook);
    },
  };
}
