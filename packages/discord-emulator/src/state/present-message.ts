import type { JsonObject } from "../json.ts";
import type { Attachment, StoredMessage } from "./objects.ts";
import { presentChannel } from "./present-channel.ts";
import { presentComponents, type ShownFile } from "./present-components.ts";
import type { State } from "./state.ts";

const HAS_THREAD = 1 << 5;
const SUPPRESS_EMBEDS = 1 << 2;
/** Attachment references in embeds: `attachment://name`. */
const ATTACHMENT_REFERENCE = "attachment://";
/** Replies, and the first messages of threads that started from a message (docs: resources/message, "referenced_message"). */
const REFERRING_TYPES = [19, 21];

/** Shows messages as `viewerId` (a user) sees them. */
export interface MessagePresenter {
  /** As it is read later: without the nonce. Discord does not say whether reading repeats it. */
  read(message: StoredMessage): JsonObject;
  /** As its creation is answered and announced: with the nonce, if the sender gave one. */
  created(message: StoredMessage): JsonObject;
}

/** Creates a presenter; `baseUrl` is asked at each use, since the port is known only after listening. */
export function createMessagePresenter(state: State, viewerId: string, baseUrl: () => string): MessagePresenter {
  function toUrl(channelId: string, attachment: Attachment): string {
    return `${baseUrl()}/attachments/${channelId}/${attachment.id}/${encodeURIComponent(attachment.filename)}`;
  }

  function presentFiles(channelId: string, attachments: readonly Attachment[]): ShownFile[] {
    return attachments.map((file) => {
      const url = toUrl(channelId, file);
      return { ...file, url, proxy_url: url };
    });
  }

  /** Content with addresses in the place of `attachment://name`. */
  function presentContent(
    channelId: string,
    { attachments, embeds, components, flags }: Pick<StoredMessage, "attachments" | "embeds" | "components" | "flags">,
  ): JsonObject {
    const files = presentFiles(channelId, attachments);
    const shown = (flags & SUPPRESS_EMBEDS) === 0 ? embeds : [];
    return {
      attachments: files,
      embeds: files.length === 0 ? shown : resolve(shown, new Map(files.map((file) => [file.filename, file.url]))),
      components: components.length === 0 ? components : presentComponents(components, files),
    };
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

  function presentPoll(poll: JsonObject): JsonObject {
    const isOver = Date.parse(String(poll.expiry)) <= state.now();
    return { ...poll, results: { is_finalized: isOver, answer_counts: [] } };
  }

  function present(message: StoredMessage, withReference: boolean): JsonObject {
    const { nonce: _, viewer_id: __, poll, message_snapshots: snapshots, ...rest } = message;
    const thread = (message.flags & HAS_THREAD) === 0 ? undefined : state.channels.get(message.id);
    return {
      ...rest,
      ...presentContent(message.channel_id, message),
      pinned: message.pinned === true,
      ...(poll ? { poll: presentPoll(poll) } : {}),
      ...(snapshots ? { message_snapshots: snapshots.map((one) => presentSnapshot(message.channel_id, one)) } : {}),
      ...presentReactions(message.id),
      ...(thread ? { thread: presentChannel(state, viewerId, thread) } : {}),
      ...(withReference ? presentReference(message) : {}),
    };
  }

  function presentSnapshot(channelId: string, { message }: NonNullable<StoredMessage["message_snapshots"]>[number]) {
    return { message: { ...message, ...presentContent(channelId, message) } };
  }

  function presentReference({ type, message_reference: reference }: StoredMessage): JsonObject {
    if (!REFERRING_TYPES.includes(type) || !reference) return {};
    const referenced = state.messages.get(String(reference.message_id));
    return { referenced_message: referenced ? present(referenced, false) : null };
  }

  return {
    read: (message) => present(message, true),
    created: (message) => ({
      ...present(message, true),
      ...(message.nonce === undefined ? {} : { nonce: message.nonce }),
    }),
  };
}

/** Replaces `attachment://name` in every text below `value`. */
function resolve(value: unknown, urls: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string" && value.startsWith(ATTACHMENT_REFERENCE)) {
    return urls.get(value.slice(ATTACHMENT_REFERENCE.length)) ?? value;
  }
  if (Array.isArray(value)) return value.map((entry) => resolve(entry, urls));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, resolve(entry, urls)]));
}
