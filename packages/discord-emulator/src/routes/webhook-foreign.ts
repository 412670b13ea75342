import { isRefusal, type Refusal, refuse } from "../errors/refusal.ts";
import type { Answer } from "../http/answer.ts";
import { replyEmpty } from "../http/answer.ts";
import { type Call, callingWebhook, type DiscordRoute, queryFlag } from "../http/call.ts";
import { isJsonObject, type JsonObject, parseJson } from "../json.ts";
import { isForum } from "../state/channels.ts";
import { toGithubMessage } from "./github-message.ts";
import { sendByWebhook } from "./send-by-webhook.ts";
import { toDiscordMessage } from "./slack-message.ts";
import { drawOnChannel } from "./webhook-target.ts";

/** The two services cannot post into forums (error 220004). */
function refuseForum(call: Call): Refusal | undefined {
  const home = call.world.state.channels.get(callingWebhook(call).channel_id);
  return home && isForum(home) ? refuse(220004) : undefined;
}

/** Both services may send their JSON as the form member `payload`. */
function readPayload(body: JsonObject): JsonObject | Refusal {
  if (typeof body.payload !== "string") return body;
  const payload = parseJson(body.payload)?.value;
  // Text that is no JSON, and JSON that is no object, are the same mistake.
  return isJsonObject(payload) ? payload : refuse(50109);
}

/** Slack's clients look for this word; Discord answers nothing more (api-docs issue 1067). */
function replyOk(messageId: string): Answer {
  return { kind: "answer", status: 200, text: "ok", wrote: [messageId] };
}

/** Webhooks in the formats of Slack and GitHub (docs: resources/webhook). */
export const WEBHOOK_FOREIGN: readonly DiscordRoute[] = [
  {
    method: "POST",
    path: "/webhooks/:webhook_id/:webhook_token/slack",
    auth: "webhook",
    limit: "webhook.execute",
    sublimits: drawOnChannel,
    takesBody: true,
    handle(call) {
      const refusal = refuseForum(call);
      if (refusal) return refusal;
      const slack = readPayload(call.body);
      if (isRefusal(slack)) return slack;
      const message = sendByWebhook(call, toDiscordMessage(slack));
      if (isRefusal(message)) return message;
      return queryFlag(call.query, "wait", true) ? replyOk(message.id) : replyEmpty([message.id]);
    },
  },
  {
    method: "POST",
    path: "/webhooks/:webhook_id/:webhook_token/github",
    auth: "webhook",
    limit: "webhook.execute",
    sublimits: drawOnChannel,
    takesBody: true,
    handle(call) {
      const refusal = refuseForum(call);
      if (refusal) return refusal;
      const github = readPayload(call.body);
      if (isRefusal(github)) return github;
      const message = toGithubMessage(String(call.headers["x-github-event"] ?? ""), github);
      if (!message) return { kind: "answer", status: 204 };
      const sent = sendByWebhook(call, message);
      return isRefusal(sent) ? sent : replyEmpty([sent.id]);
    },
  },
];
