import { isRefusal, type Refusal, refuse, refuseForm } from "../errors/refusal.ts";
import { replyWritten } from "../http/answer.ts";
import type { Call, DiscordRoute } from "../http/call.ts";
import { readWantedOverwrites } from "../permissions/channel-changes.ts";
import { buildChannel } from "../state/build-channel.ts";
import { CHANNEL_TYPE, type Channel } from "../state/objects.ts";
import { checkBody } from "../validate/check.ts";
import type { ObjectRule } from "../validate/rule.ts";
import { CHANNEL_FIELDS } from "./channels.ts";
import { readChannelExtras } from "./forum-tags.ts";

/** Docs: topics/opcodes-and-status-codes, 30013. */
const MAX_CHANNEL_COUNT = 500;

const CREATE: ObjectRule = {
  kind: "object",
  fields: {
    ...CHANNEL_FIELDS,
    name: { ...CHANNEL_FIELDS.name, required: true },
    type: {
      kind: "integer",
      choices: [CHANNEL_TYPE.text, CHANNEL_TYPE.announcement, CHANNEL_TYPE.forum, CHANNEL_TYPE.media],
    },
  },
};

function create(call: Call): Channel | Refusal {
  const { world, body, params } = call;
  const { state } = world;
  const guildId = params.guild_id as string;
  const { value, issues } = checkBody(CREATE, body);
  if (issues.length > 0) return refuseForm(issues);
  const position = state.channels.list(guildId).length;
  if (position >= MAX_CHANNEL_COUNT) return refuse(30013);
  const overwrites = readWantedOverwrites(call, guildId, undefined, value.permission_overwrites);
  if (isRefusal(overwrites)) return overwrites;
  const extras = readChannelExtras(world, Number(value.type ?? CHANNEL_TYPE.text), undefined, body);
  if (isRefusal(extras)) return extras;
  const wish = { id: state.nextId(), guild_id: guildId, position, ...(value as Partial<Channel>), ...extras };
  return state.write(() =>
    state.channels.create(buildChannel({ ...wish, name: String(value.name), permission_overwrites: overwrites ?? [] })),
  );
}

/** New text, announcement, forum and media channels. Categories and voice are not emulated; what asks for them is refused or left out. */
export const CREATE_CHANNEL: DiscordRoute = {
  method: "POST",
  path: "/guilds/:guild_id/channels",
  auth: "bot",
  needs: ["MANAGE_CHANNELS"],
  takesBody: true,
  handle(call) {
    const channel = create(call);
    return isRefusal(channel) ? channel : replyWritten(201, channel);
  },
};
