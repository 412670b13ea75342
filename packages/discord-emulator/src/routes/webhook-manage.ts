import { createHash } from "node:crypto";
import { isRefusal, type Refusal, refuse, refuseForm } from "../errors/refusal.ts";
import { reply, replyEmpty, replyWritten } from "../http/answer.ts";
import {
  type Call,
  callingBot,
  callingWebhook,
  type DiscordRoute,
  namedChannel,
  type UnreadCall,
} from "../http/call.ts";
import type { JsonObject } from "../json.ts";
import { refuseLackingIn } from "../permissions/refuse-lacking.ts";
import { isThread } from "../state/channels.ts";
import type { Webhook } from "../state/objects.ts";
import { checkBody } from "../validate/check.ts";
import { LIMITS } from "../validate/limits.ts";
import { NAME_CHECKS } from "../validate/name-checks.ts";
import { PICTURE } from "../validate/picture-rule.ts";
import type { ObjectRule, TextRule } from "../validate/rule.ts";

const BY_TOKEN = "/webhooks/:webhook_id/:webhook_token";
const BY_BOT = "/webhooks/:webhook_id";

const name: TextRule = { kind: "text", minCount: 1, maxCount: LIMITS.usernameCount, trim: true, checks: NAME_CHECKS };
const CREATE: ObjectRule = { kind: "object", fields: { name: { ...name, required: true }, avatar: PICTURE } };
const MODIFY: ObjectRule = { kind: "object", fields: { name, avatar: PICTURE, channel_id: { kind: "snowflake" } } };

/** Discord answers a picture's hash. */
export function toPictureHash(dataUri: unknown): string | null {
  return typeof dataUri === "string" ? createHash("md5").update(dataUri).digest("hex") : null;
}

/** Webhooks move within their guild only, and only to where their mover may manage them. */
function refuseTarget(call: Call, webhook: Webhook, channelId: string): Refusal | undefined {
  const { state } = call.world;
  const target = state.channels.get(channelId);
  if (!target || target.guild_id !== webhook.guild_id) return refuse(10003);
  if (isThread(target)) return refuse(50024);
  return refuseLackingIn(state, callingBot(call).userId, target, ["MANAGE_WEBHOOKS"]);
}

function modify(call: Call, webhook: Webhook, mayMove: boolean): Webhook | Refusal {
  const { world, body } = call;
  const { value, issues } = checkBody(MODIFY, body);
  if (issues.length > 0) return refuseForm(issues);
  const channelId = value.channel_id as string | undefined;
  const isMoving = mayMove && channelId !== undefined;
  const refusal = isMoving ? refuseTarget(call, webhook, channelId) : undefined;
  if (refusal) return refusal;
  const changed: Webhook = {
    ...webhook,
    ...(value.name === undefined ? {} : { name: value.name as string }),
    ...(Object.hasOwn(body, "avatar") ? { avatar: toPictureHash(value.avatar) } : {}),
    ...(isMoving ? { channel_id: channelId } : {}),
  };
  world.state.write(() => world.state.webhooks.put(changed));
  return changed;
}

function create(call: Call): Webhook | Refusal {
  const { world, body, params } = call;
  const { state } = world;
  const { applicationId, userId } = callingBot(call);
  const channel = namedChannel({ world, params });
  if (!channel) return refuse(10003);
  if (isThread(channel) || channel.guild_id === undefined) return refuse(50024);
  const { value, issues } = checkBody(CREATE, body);
  if (issues.length > 0) return refuseForm(issues);
  if (state.webhooks.list(channel.id).length >= LIMITS.webhookCount) return refuse(30007);
  if (state.webhooks.listOfGuild(channel.guild_id).length >= LIMITS.guildWebhookCount) return refuse(30058);
  const id = state.nextId();
  const webhook: Webhook = {
    id,
    type: 1,
    guild_id: channel.guild_id,
    channel_id: channel.id,
    name: value.name as string,
    avatar: toPictureHash(value.avatar),
    application_id: applicationId,
    token: world.createToken(id),
    user_id: userId,
  };
  state.write(() => state.webhooks.put(webhook));
  return webhook;
}

function remove({ world }: Call, webhook: Webhook) {
  world.state.write(() => world.state.webhooks.delete(webhook.id));
  return replyEmpty();
}

/** What a bot sees of a webhook: the token of another application's is not shown. */
function present(call: Call, webhook: Webhook): JsonObject {
  const { token, url, ...shown } = call.world.presenter.webhook(webhook, { withUser: true });
  const isForeign = webhook.application_id !== null && webhook.application_id !== callingBot(call).applicationId;
  return isForeign ? shown : { ...shown, token, url };
}

/** The webhook of the path, for the bot. */
function named({ world, params }: Call): Webhook | Refusal {
  return world.state.webhooks.get(params.webhook_id as string) ?? refuse(10015);
}

/** Tells whether the webhook of the path belongs to the calling bot's application. */
function isOwn(call: UnreadCall): boolean {
  const webhook = call.world.state.webhooks.get(call.params.webhook_id as string);
  return webhook?.application_id === callingBot(call).applicationId;
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
    needs: (call) => (isOwn(call) ? [] : ["MANAGE_WEBHOOKS"]),
    handle(call) {
      const webhook = named(call);
      return isRefusal(webhook) ? webhook : reply(present(call, webhook));
    },
  },
  {
    method: "PATCH",
    path: BY_BOT,
    auth: "bot",
    needs: ["MANAGE_WEBHOOKS"],
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
    needs: ["MANAGE_WEBHOOKS"],
    handle(call) {
      const webhook = named(call);
      return isRefusal(webhook) ? webhook : remove(call, webhook);
    },
  },
  {
    method: "POST",
    path: "/channels/:channel_id/webhooks",
    auth: "bot",
    limit: "webhook.create",
    needs: ["MANAGE_WEBHOOKS"],
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
    needs: ["MANAGE_WEBHOOKS"],
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
    needs: ["MANAGE_WEBHOOKS"],
    handle(call) {
      const webhooks = call.world.state.webhooks.listOfGuild(call.params.guild_id as string);
      return reply(webhooks.map((webhook) => present(call, webhook)));
    },
  },
];
