import { isRefusal, type Refusal, refuse, refuseForm } from "../errors/refusal.ts";
import { replyWritten } from "../http/answer.ts";
import type { Call, DiscordRoute } from "../http/call.ts";
import { CHANNEL_TYPE, type Channel } from "../state/objects.ts";
import { checkBody } from "../validate/check.ts";
import type { ObjectRule } from "../validate/rule.ts";
import { CHANNEL_FIELDS } from "./channels.ts";

const CREATE: ObjectRule = {
  kind: "object",
  fields: {
    ...CHANNEL_FIELDS,
    name: { ...CHANNEL_FIELDS.name, required: true },
    type: { kind: "integer", choices: [CHANNEL_TYPE.text, CHANNEL_TYPE.forum] },
  },
};

function create({ world, body, params }: Call): Channel | Refusal {
  const { state, identity } = world;
  if (params.guild_id !== identity.guildId) return refuse(10004);
  const { value, issues } = checkBody(CREATE, body);
  if (issues.length > 0) return refuseForm(issues);
  const { name, type = CHANNEL_TYPE.text, topic = null, rate_limit_per_user = 0, nsfw = false } = value;
  return state.write(() =>
    state.channels.create({
      id: state.nextId(),
      type,
      guild_id: identity.guildId,
      name,
      parent_id: null,
      flags: 0,
      last_message_id: null,
      rate_limit_per_user,
      position: state.channels.list().length,
      permission_overwrites: [],
      nsfw,
      topic,
      ...(type === CHANNEL_TYPE.forum ? { available_tags: [] } : {}),
    } as Channel),
  );
}

/** New text and forum channels. Categories, voice and permissions are not emulated; what asks for them is refused or left out. */
export const CREATE_CHANNEL: DiscordRoute = {
  method: "POST",
  path: "/guilds/:guild_id/channels",
  auth: "bot",
  takesBody: true,
  handle(call) {
    const channel = create(call);
    return isRefusal(channel) ? channel : replyWritten(201, channel);
  },
};
