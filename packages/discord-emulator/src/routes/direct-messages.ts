import { isRefusal, type Refusal, refuse, refuseForm } from "../errors/refusal.ts";
import { replyWritten } from "../http/answer.ts";
import { type Call, callingBot, type DiscordRoute } from "../http/call.ts";
import { CHANNEL_TYPE, type Channel } from "../state/objects.ts";
import { checkBody } from "../validate/check.ts";

/** The one channel between the calling bot and a user; a closed one opens again. */
function openChannel(call: Call, recipientId: string): Channel {
  const { state } = call.world;
  const { userId } = callingBot(call);
  const knownId = state.direct.channelId(userId, recipientId);
  const known = knownId === undefined ? undefined : state.channels.get(knownId);
  if (known) return known;
  return state.write(() => {
    const id = knownId ?? state.nextId();
    state.direct.remember(userId, recipientId, id);
    const last = state.messages.list(id, { maxCount: 1 })[0]?.id ?? null;
    return state.channels.create({
      id,
      type: CHANNEL_TYPE.direct,
      parent_id: null,
      flags: 0,
      last_message_id: last,
      rate_limit_per_user: 0,
      recipient_ids: [userId, recipientId],
    });
  });
}

function open(call: Call): Channel | Refusal {
  const { value, issues } = checkBody(
    { kind: "object", fields: { recipient_id: { kind: "snowflake", required: true } } },
    call.body,
  );
  if (issues.length > 0) return refuseForm(issues);
  const recipient = call.world.state.users.get(String(value.recipient_id));
  if (!recipient) return refuse(10013);
  // Bots do not talk to each other, which is said here with 400 and when sending with 403 (api-docs issue 1905).
  return recipient.bot ? { ...refuse(50007), status: 400 } : openChannel(call, recipient.id);
}

/** Direct messages, from a bot to a user (docs: resources/user, "Create DM"). Whether the user takes them is told when sending. */
export const DIRECT_MESSAGES: readonly DiscordRoute[] = [
  {
    method: "POST",
    path: "/users/@me/channels",
    auth: "bot",
    takesBody: true,
    handle(call) {
      const channel = open(call);
      if (isRefusal(channel)) return channel;
      return replyWritten(200, call.world.presenter.channel(channel));
    },
  },
];
