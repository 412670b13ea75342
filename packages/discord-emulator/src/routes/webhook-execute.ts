import { isRefusal } from "../errors/refusal.ts";
import { replyEmpty, replyWritten } from "../http/answer.ts";
import { type DiscordRoute, queryFlag } from "../http/call.ts";
import { sendByWebhook } from "./send-by-webhook.ts";
import { drawOnChannel } from "./webhook-target.ts";

/** "Execute Webhook" (docs: resources/webhook). */
export const WEBHOOK_EXECUTE: readonly DiscordRoute[] = [
  {
    method: "POST",
    path: "/webhooks/:webhook_id/:webhook_token",
    auth: "webhook",
    limit: "webhook.execute",
    sublimits: drawOnChannel,
    takesBody: true,
    handle(call) {
      const message = sendByWebhook(call, call.body);
      if (isRefusal(message)) return message;
      if (!queryFlag(call.query, "wait")) return replyEmpty([message.id]);
      return replyWritten(200, call.world.presenter.message(message), [message.id]);
    },
  },
];
