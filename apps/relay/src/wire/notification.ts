import type { Notification } from "@tocsin/engine";
import { type Static, Type } from "typebox";
import { toWireTime } from "./alert.ts";

/** What one destination owes or has done for an alert. */
export const NotificationSchema = Type.Object(
  {
    channel: Type.String({ description: "The kind: discord, email, slack, webhook, sms." }),
    status: Type.Enum(["pending", "delivered", "failed", "skipped"]),
    sent_at: Type.Union([Type.String({ format: "date-time" }), Type.Null()]),
    destination: Type.Optional(Type.String()),
    channel_id: Type.Optional(Type.String()),
    message_id: Type.Optional(Type.String()),
    thread_id: Type.Optional(
      Type.String({ description: "The forum post, or the thread that began with the message." }),
    ),
    possible_duplicate_count: Type.Optional(
      Type.Integer({ minimum: 1, description: "How often the message may stand twice, because an answer was lost." }),
    ),
    may_be_delivered: Type.Optional(
      Type.Literal(true, {
        description: "It failed, but the message may stand there all the same: an answer was lost.",
      }),
    ),
    reason: Type.Optional(Type.String({ description: "Why it failed." })),
    details: Type.Optional(Type.Unknown({ description: "The target's own words." })),
  },
  { $id: "Notification" },
);

export type WireNotification = Static<typeof NotificationSchema>;

export const NotificationRef = Type.Unsafe<WireNotification>({ $ref: "Notification#" });

export function toWireNotification(notification: Notification): WireNotification {
  const { channel, status, sentAt, destination, channelId, messageId, threadId, possibleDuplicateCount } = notification;
  return {
    channel,
    status,
    sent_at: sentAt === null ? null : toWireTime(sentAt),
    ...(destination === undefined ? {} : { destination }),
    ...(channelId === undefined ? {} : { channel_id: channelId }),
    ...(messageId === undefined ? {} : { message_id: messageId }),
    ...(threadId === undefined ? {} : { thread_id: threadId }),
    ...(possibleDuplicateCount ? { possible_duplicate_count: possibleDuplicateCount } : {}),
    ...(notification.mayBeDelivered ? { may_be_delivered: true } : {}),
    ...(notification.reason === undefined ? {} : { reason: notification.reason }),
    ...(notification.details === undefined ? {} : { details: notification.details }),
  };
}
