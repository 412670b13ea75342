import { createHash } from "node:crypto";
import { isRefusal, type Refusal, refuse, refuseForm } from "../errors/refusal.ts";
import { reply, replyEmpty, replyWritten } from "../http/answer.ts";
import { type Call, callingWebhook, type DiscordRoute, namedChannel } from "../http/call.ts";
import type { JsonObject } from "../json.ts";
import { isThread } from "../state/channels.ts";
import type { Webhook } from "../state/objects.ts";
import { checkBody } from "../validate/check.ts";
import { LIMITS } from "../validate/limits.ts";
import { NAME_CHECKS } from "../validate/name-checks.ts";
import type { ObjectRule, TextRule } from "../validate/rule.ts";

const BY_TOKEN = "/webhooks/:webhook_id/:webhook_token";
const BY_BOT = "/webhooks/:webhook_id";

const name: TextRule = { kind: "text", minCount: 1, maxCount: LIMITS.usernameCount, trim: true, checks: NAME_CHECKS };
/** A picture as data URI. */
const avatar: TextRule = { kind: "text", maxCount: LIMITS.requestBytes };
const CREATE: ObjectRule = { kind: "object", fields: { name: { ...name, required: true }, avatar } };
const MODIFY: ObjectRule = { kind: "object", fields: { name, avatar, channel_id: { kind: "snowflake" } } };

/** Discord answers a picture's hash. */
function toAvatarHash(dataUri: unknown): string | null {
  return typeof dataUri === "string" ? createHash("md5").update(dataUri).digest("hex") : null;
}

function modify({ world, body }: Call, webhook: Webhook, mayMove: boolean): Webhook | Refusal {
  const { value, issues } = checkBody(MODIFY, body);
  if (issues.length > 0) return refuseForm(issues);
  const channelId = value.channel_id as string | undefined;
  const isMoving = mayMove && channelId !== undefined;
  if (isMoving && !world.state.channels.get(channelId)) return refuse(10003);
  const changed: Webhook = {
    ...webhook,
    ...(value.name === undefined ? {} : { name: value.name as string }),
    ...(Object.hasOwn(body, "avatar") ? { avatar: toAvatarHash(value.avatar) } : {}),
    ...(isMoving ? { channel_id: channelId } : {}),
  };
  world.state.write(() => world.state.webhooks.put(changed));
  return changed;
}

function create({ world, body, params }: Call): Webhook | Refusal {
  const { state, identity } = world;
  const channel = namedChannel({ world, params });
  if (!channel) return refuse(10003);
  if (isThread(channel)) return refuse(50024);
  const { value, issues } = checkBody(CREATE, body);
  if (issues.length > 0) return refuseForm(issues);
  if (state.webhooks.list(channel.id).length >= LIMITS.webhookCount) return refuse(30007);
  const id = state.nextId();
  const webhook: Webhook = {
    id,
    type: 1,
    guild_id: channel.guild_id,
    channel_id: channel.id,
    name: value.name as string,
    avatar: toAvatarHash(value.avatar),
    application_id: identity.applicationId,
    token: world.createToken(id),
    user_id: identity.botUserId,
  };
  state.write(() => state.webhooks.put(webhook));
  return webhook;
}

function remove({ world }: Call, webhook: Webhook) {
  world.state.write(() => world.state.webhooks.delete(webhook.id));
  return replyEmpty();
}

function present({ world }: Call, webhook: Webhook): JsonObject {
  return world.presenter.webhook(webhook, { withUser: true });
}

/** The webhook of the path, for the bot. */
function named({ world, params }: Call): Webhook | Refusal {
  return world.state.webhooks.get(params.webhook_id as string) ?? refuse(10015);
}

/** Managing webhooks, by their token (which shows no creator and moves nothing) or by the bot. */
export const WEBHOOK_MANAGE: readonly DiscordRoute[] = [
  {
    method: "GET",
    path: BY_TOKEN,
    auth: "webhook",
    handle: (call) => reply(call.world.presenter.webhook(callingWebhook(call), { withUser: false })),
  },
  {
    method: "PATCH",
    path: BY_TOKEN,
    auth: "webhook",
    takesBody: true,
    handle(call) {
      const changed = modify(call, callingWebhook(call), false);
      if (isRefusal(changed)) return changed;
      return replyWritten(200, call.world.presenter.webhook(changed, { withUser: false }));
    },
  },
  { method: "DELETE", path: BY_TOKEN, auth: "webhook", handle: (call) => remove(call, callingWebhook(call)) },
  {
    method: "GET",
    path: BY_BOT,
    auth: "bot",
    handle(call) {
      const webhook = named(call);
      return isRefusal(webhook) ? webhook : reply(present(call, webhook));
    },
  },
  {
    method: "PATCH",
    path: BY_BOT,
    auth: "bot",
    takesBody: true,
    handle(call) {
      const webhook = named(call);
      const changed = isRefusal(webhook) ? webhook : modify(call, webhook, true);
      return isRefusal(changed) ? changed : replyWritten(200, present(call, changed));
    },
  },
  {
    method: "DELETE",
    path: BY_BOT,
    auth: "bot",
    handle(call) {
      const webhook = named(call);
      return isRefusal(webhook) ? webhook : remove(call, webhook);
    },
  },
  {
    method: "POST",
    path: "/channels/:channel_id/webhooks",
    auth: "bot",
    takesBody: true,
    handle(call) {
      const webhook = create(call);
      return isRefusal(webhook) ? webhook : replyWritten(200, present(call, webhook));
    },
  },
  {
    method: "GET",
    path: "/channels/:channel_id/webhooks",
    auth: "bot",
    handle(call) {
      const channel = namedChannel(call);
      if (!channel) return refuse(10003);
      return reply(call.world.state.webhooks.list(channel.id).map((webhook) => present(call, webhook)));
    },
  },
  {
    method: "GET",
    path: "/guilds/:guild_id/webhooks",
    auth: "bot",
    handle(call) {
      if (call.params.guild_id !== call.world.identity.guildId) return refuse(10004);
      return reply(call.world.state.webhooks.list().map((webhook) => present(call, webhook)));
    },
  },
];
