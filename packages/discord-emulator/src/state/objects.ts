import type { JsonObject } from "../json.ts";

/** Discord's user object, as far as the emulator fills it. */
export interface User {
  readonly id: string;
  readonly username: string;
  readonly discriminator: string;
  readonly global_name: string | null;
  readonly avatar: string | null;
  readonly banner?: string | null;
  readonly bot?: boolean;
  readonly public_flags: number;
  readonly flags: number;
  readonly primary_guild: null;
}

/** Discord's channel types (docs: resources/channel, "Channel Types"). */
export const CHANNEL_TYPE = {
  text: 0,
  direct: 1,
  category: 4,
  announcement: 5,
  announcementThread: 10,
  publicThread: 11,
  privateThread: 12,
  forum: 15,
  media: 16,
} as const;

/** The state of a thread (docs: resources/channel, "Thread Metadata Object"). */
export interface ThreadMetadata {
  readonly archived: boolean;
  readonly auto_archive_duration: number;
  readonly archive_timestamp: string;
  readonly locked: boolean;
  readonly create_timestamp: string;
  readonly invitable?: boolean;
}

/** What a channel allows and denies to a role (type 0) or a member (1): bit sets as decimal text (docs: resources/channel, "Overwrite Object"). */
export interface Overwrite {
  readonly id: string;
  readonly type: 0 | 1;
  readonly allow: string;
  readonly deny: string;
}

/** A channel, thread or forum post of a guild, or a conversation of a bot with a user. */
export interface Channel {
  readonly id: string;
  readonly type: number;
  /** Absent from direct messages. */
  readonly guild_id?: string | undefined;
  /** Absent from direct messages. */
  readonly name?: string;
  readonly parent_id: string | null;
  readonly flags: number;
  readonly last_message_id: string | null;
  readonly rate_limit_per_user: number;
  readonly position?: number;
  readonly permission_overwrites?: readonly Overwrite[];
  readonly nsfw?: boolean;
  readonly topic?: string | null;
  readonly available_tags?: readonly JsonObject[];
  readonly default_auto_archive_duration?: number | null;
  readonly default_thread_rate_limit_per_user?: number;
  readonly default_reaction_emoji?: JsonObject | null;
  readonly default_sort_order?: number | null;
  readonly default_forum_layout?: number;
  readonly last_pin_timestamp?: string | null;
  readonly owner_id?: string;
  readonly message_count?: number;
  readonly member_count?: number;
  readonly total_message_sent?: number;
  readonly applied_tags?: readonly string[];
  readonly thread_metadata?: ThreadMetadata;
  /** Ids of both people of a direct message. */
  readonly recipient_ids?: readonly string[];
}

/** A guild as it is stored; roles, members and channels lie beside it. */
export interface Guild {
  readonly id: string;
  readonly name: string;
  readonly owner_id: string;
}

/** Discord's role object (docs: topics/permissions, "Role Object"). Everyone's role has the id of the guild. */
export interface Role {
  readonly id: string;
  readonly name: string;
  readonly description: null;
  /** Decimal text: more bits than a number holds. */
  readonly permissions: string;
  /** Everyone's is 0; who stands higher may change who stands lower. */
  readonly position: number;
  readonly color: number;
  readonly colors: { readonly primary_color: number; readonly secondary_color: null; readonly tertiary_color: null };
  readonly hoist: boolean;
  /** Made for a bot: nobody can give it to another or delete it. */
  readonly managed: boolean;
  readonly mentionable: boolean;
  readonly icon: null;
  readonly unicode_emoji: null;
  readonly flags: number;
  readonly tags?: { readonly bot_id: string };
}

/** Somebody's belonging to a guild, without the user. */
export interface Member {
  readonly user_id: string;
  readonly nick: string | null;
  /** Role ids, everyone's not among them. */
  readonly roles: readonly string[];
  readonly joined_at: string;
  /** Until then, if that is in the future, the member can only read. */
  readonly communication_disabled_until: string | null;
}

/** An application and its bot user. */
export interface Bot {
  readonly userId: string;
  readonly applicationId: string;
  readonly token: string;
  /** Ed25519: 32 raw bytes in hex, and the PKCS #8 form in base64. */
  readonly publicKey: string;
  readonly privateKey: string;
  /** The application's flags: which privileged intents it has (docs: resources/application, "Application Flags"). */
  readonly applicationFlags: number;
  /** Where its interactions go instead of the Gateway. */
  readonly interactionsEndpointUrl?: string;
  /** What else its owner has set, in the words of the application object. */
  readonly profile?: JsonObject;
}

/** An incoming webhook as it is stored; its token lies beside it. */
export interface Webhook {
  readonly id: string;
  readonly type: 1;
  readonly guild_id: string;
  readonly channel_id: string;
  readonly name: string;
  readonly avatar: string | null;
  readonly application_id: string | null;
  readonly token: string;
  /** Who created it. */
  readonly user_id: string;
}

/** An uploaded file as a message lists it. Its URL is made when it is shown: the port changes between runs. */
export interface Attachment {
  readonly id: string;
  readonly filename: string;
  readonly size: number;
  readonly content_type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly duration_secs?: number;
  readonly waveform?: string;
  readonly flags?: number;
}

/** A message as it is stored: without reactions, thread and URLs, which belong to the moment of reading. */
export interface StoredMessage {
  readonly id: string;
  readonly channel_id: string;
  readonly type: number;
  readonly content: string;
  readonly author: User | WebhookAuthor;
  readonly timestamp: string;
  readonly edited_timestamp: string | null;
  readonly tts: boolean;
  readonly mention_everyone: boolean;
  readonly mentions: readonly User[];
  readonly mention_roles: readonly string[];
  readonly attachments: readonly Attachment[];
  readonly embeds: readonly JsonObject[];
  readonly components: readonly JsonObject[];
  readonly flags: number;
  readonly webhook_id?: string;
  readonly application_id?: string;
  readonly nonce?: string | number;
  /** Who alone sees it: an ephemeral answer. */
  readonly viewer_id?: string;
  /** Of answers to interactions (docs: resources/message, "Message Interaction Metadata"). */
  readonly interaction_metadata?: JsonObject;
  /** The older form of that, of first answers to commands. */
  readonly interaction?: JsonObject;
  readonly message_reference?: JsonObject;
  readonly poll?: JsonObject;
  /** As of the moment when it was read; a message that was just made has none. */
  readonly pinned?: boolean;
  /** What a forward copied. */
  readonly message_snapshots?: readonly { readonly message: MessageSnapshot }[];
  /** About where in its thread it stands. */
  readonly position?: number;
}

/** The copy of a message in a forward (docs: resources/message, "Message Snapshot Structure"). */
export type MessageSnapshot = Pick<
  StoredMessage,
  | "type"
  | "content"
  | "embeds"
  | "attachments"
  | "timestamp"
  | "edited_timestamp"
  | "flags"
  | "mentions"
  | "mention_roles"
  | "components"
>;

/** What a webhook's message shows as its author. */
export interface WebhookAuthor {
  readonly id: string;
  readonly username: string;
  readonly avatar: string | null;
  readonly discriminator: "0000";
  readonly bot: true;
  readonly global_name: null;
  readonly public_flags: 0;
  readonly flags: 0;
  readonly primary_guild: null;
}

/** The emoji of a reaction; `id` is null for a Unicode one. */
export interface Emoji {
  readonly id: string | null;
  readonly name: string;
  readonly animated?: boolean;
}
