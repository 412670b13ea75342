import type { JsonObject } from "../json.ts";
import type { Channel, Member, User } from "../state/objects.ts";
import { presentMember } from "../state/present-member.ts";
import type { State } from "../state/state.ts";

/** Adds to an event what only the Gateway tells: who in the guild wrote, was mentioned, reacted and types, and where it was. */
export function enrich(state: State, t: string, d: JsonObject, channel: Channel | undefined): JsonObject {
  if (t === "MESSAGE_CREATE" || t === "MESSAGE_UPDATE") return enrichMessage(state, d, channel);
  if (t !== "MESSAGE_REACTION_ADD" && t !== "TYPING_START") return d;
  const member = findMember(state, channel, String(d.user_id));
  return member ? { ...d, member: presentMember(state, member) } : d;
}

/** Docs: events/gateway-events, "Message Create". Webhooks are nobody's members. */
function enrichMessage(state: State, d: JsonObject, channel: Channel | undefined): JsonObject {
  const authorId = d.webhook_id === undefined ? (d.author as User | undefined)?.id : undefined;
  const author = authorId === undefined ? undefined : findMember(state, channel, authorId);
  return {
    ...d,
    ...(channel ? { channel_type: channel.type } : {}),
    ...(author ? { member: toPartial(state, author) } : {}),
    mentions: ((d.mentions ?? []) as readonly User[]).map((user) => {
      const member = findMember(state, channel, user.id);
      return member ? { ...user, member: toPartial(state, member) } : user;
    }),
  };
}

function findMember(state: State, channel: Channel | undefined, userId: string): Member | undefined {
  return channel?.guild_id === undefined ? undefined : state.members.get(channel.guild_id, userId);
}

/** A member without the user, who stands beside it. */
function toPartial(state: State, member: Member): JsonObject {
  const { user: _, ...partial } = presentMember(state, member);
  return partial;
}
