import type { JsonObject } from "../json.ts";
import type { Attachment, StoredMessage, Webhook } from "./objects.ts";
import type { State } from "./state.ts";

const HAS_THREAD = 1 << 5;
/** Attachment references in embeds and components: `attachment://name`. */
const ATTACHMENT_REFERENCE = "attachment://";

/** Turns stored objects into what Discord's API answers, as `viewerId` (a user) sees it. */
export interface Presenter {
  message(message: StoredMessage): JsonObject;
  webhook(webhook: Webhook, options: { withUser: boolean }): JsonObject;
}

/** Creates a presenter; `baseUrl` is asked at each use, since the port is known only after listening. */
export function createPresenter(state: State, viewerId: string, baseUrl: () => string): Presenter {
  function toUrl(channelId: string, attachment: Attachment): string {
    return `${baseUrl()}/attachments/${channelId}/${attachment.id}/${encodeURIComponent(attachment.filename)}`;
  }

  /** Replaces `attachment://name` in every `url` and `icon_url` below `value`. */
  function resolve(value: unknown, urls: ReadonlyMap<string, string>): unknown {
    if (typeof value === "string" && value.startsWith(ATTACHMENT_REFERENCE)) {
      return urls.get(value.slice(ATTACHMENT_REFERENCE.length)) ?? value;
    }
    if (Array.isArray(value)) return value.map((entry) => resolve(entry, urls));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, resolve(entry, urls)]));
  }

  function presentReactions(messageId: string): JsonObject {
    const groups = state.reactions.groups(messageId);
    if (groups.length === 0) return {};
    return {
      reactions: groups.map(({ emoji, userIds }) => ({
        emoji,
        count: userIds.length,
        count_details: { burst: 0, normal: userIds.length },
        burst_colors: [],
        me: userIds.includes(viewerId),
        me_burst: false,
      })),
    };
  }

  function presentMessage(message: StoredMessage, withReference = true): JsonObject {
    const { attachments, embeds, components, ...rest } = message;
    const urls = new Map(attachments.map((file) => [file.filename, toUrl(message.channel_id, file)]));
    const thread = (message.flags & HAS_THREAD) === 0 ? undefined : state.channels.get(message.id);
    return {
      ...rest,
      attachments: attachments.map((file) => {
        const url = toUrl(message.channel_id, file);
        return { ...file, url, proxy_url: url };
      }),
      embeds: resolve(embeds, urls),
      components: resolve(components, urls),
      pinned: state.messages.isPinned(message.id),
      ...presentReactions(message.id),
      ...(thread ? { thread } : {}),
      ...(withReference ? presentReference(message) : {}),
    };
  }

  function presentReference({ type, message_reference: reference }: StoredMessage): JsonObject {
    if (type !== 19 || !reference) return {};
    const referenced = state.messages.get(String(reference.message_id));
    return { referenced_message: referenced ? presentMessage(referenced, false) : null };
  }

  return {
    message: (message) => presentMessage(message),
    webhook({ user_id, ...webhook }, { withUser }) {
      const user = state.users.get(user_id);
      return {
        ...webhook,
        url: `${baseUrl()}/api/webhooks/${webhook.id}/${webhook.token}`,
        ...(withUser && user ? { user } : {}),
      };
    },
  };
}
