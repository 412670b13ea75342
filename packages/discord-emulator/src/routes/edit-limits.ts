import { CROSSPOSTED } from "../actions/crosspost-message.ts";
import type { Call } from "../http/call.ts";
import type { Draw } from "../limits/limiter.ts";
import { snowflakeAt } from "../snowflake.ts";

const HOUR_MS = 3_600_000;

/** What editing the message of the path draws on besides its bucket: messages older than an hour, published announcements. */
export function drawOnEdits({ world, params }: Call): readonly Draw[] {
  const message = world.state.messages.get(params.message_id as string);
  if (!message) return [];
  const major = message.channel_id;
  const draws: Draw[] = [];
  if (world.state.now() - snowflakeAt(message.id) > HOUR_MS) draws.push({ sublimit: "message.edit.old", major });
  if ((message.flags & CROSSPOSTED) !== 0) draws.push({ sublimit: "message.edit.announcement", major });
  return draws;
}
