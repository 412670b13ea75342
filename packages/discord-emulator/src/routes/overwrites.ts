import { isRefusal, type Refusal, refuse, refuseForm } from "../errors/refusal.ts";
import { replyEmpty } from "../http/answer.ts";
import { type Call, callingBot, type DiscordRoute, namedChannel } from "../http/call.ts";
import { OVERWRITE_FIELDS, readOverwrite, refuseOverwrites, withOverwrite } from "../permissions/overwrites.ts";
import { isThread } from "../state/channels.ts";
import type { Channel, Overwrite } from "../state/objects.ts";
import { checkBody } from "../validate/check.ts";

const PATH = "/channels/:channel_id/permissions/:overwrite_id";

/** Exchanges the overwrites of the channel of the path. Threads have none of their own. */
function exchange(call: Call, toWanted: (channel: Channel, guildId: string) => readonly Overwrite[] | Refusal) {
  const { state } = call.world;
  const channel = namedChannel(call) as Channel;
  const { guild_id: guildId } = channel;
  if (isThread(channel) || guildId === undefined) return refuse(50024);
  const wanted = toWanted(channel, guildId);
  if (isRefusal(wanted)) return wanted;
  const refusal = refuseOverwrites(state, { userId: callingBot(call).userId, guildId, channel }, wanted);
  if (refusal) return refusal;
  state.write(() => state.channels.update(channel.id, { permission_overwrites: wanted }));
  return replyEmpty();
}

/** What a channel allows and denies to single roles and members. */
export const OVERWRITES: readonly DiscordRoute[] = [
  {
    method: "PUT",
    path: PATH,
    auth: "bot",
    needs: ["MANAGE_ROLES"],
    takesBody: true,
    handle: (call) =>
      exchange(call, (channel, guildId) => {
        const { value, issues } = checkBody({ kind: "object", fields: OVERWRITE_FIELDS }, call.body);
        if (issues.length > 0) return refuseForm(issues);
        const overwrite = readOverwrite(call.world.state, guildId, call.params.overwrite_id as string, value);
        return withOverwrite(channel.permission_overwrites ?? [], overwrite);
      }),
  },
  {
    method: "DELETE",
    path: PATH,
    auth: "bot",
    needs: ["MANAGE_ROLES"],
    handle: (call) =>
      exchange(call, ({ permission_overwrites: present = [] }) => {
        const left = present.filter(({ id }) => id !== call.params.overwrite_id);
        return left.length < present.length ? left : refuse(10009);
      }),
  },
];
