import type { JsonObject } from "../json.ts";

/** Discord's user object, as far as the emulator fills it. */
export interface User {
  readonly id: string;
  readonly username: string;
  readonly discriminator: string;
  readonly global_name: string | null;
  readonly avatar: string | null;
  readonly bot?: boolean;
  readonly public_flags: number;
  readonly flags: number;
  readonly primary_guild: null;
}

/** Discord's channel types (docs: resources/channel, "Channel Types"). */
export const CHANNEL_TYPE = {
  text: 0,
  category: 4,
  announcement: 5,
  announcementThread: 10,
  publicThread: 11,
  privateThread: 12,
  forum: 15,
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

/** A channel, thread or forum post of the guild. */
export interface Channel {
  readonly id: string;
  readonly type: number;
  readonly guild_id: string;
  readonly name: string;
  readonly parent_id: string | null;
  readonly flags: number;
  readonly last_message_id: string | null;
  readonly rate_limit_per_user: number;
  readonly position?: number;
  readonly permission_overwrites?: readonly JsonObject[];
  readonly nsfw?: boolean;
  readonly topic?: string | null;
  readonly available_tags?: readonly JsonObject[];
  readonly owner_id?: string;
  readonly message_count?: number;
  readonly member_count?: number;
  readonly total_message_sent?: number;
  readonly applied_tags?: readonly string[];
  readonly thread_metadata?: ThreadMetadata;
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
  readonly description?: string;
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
  readonly message_reference?: JsonObject;
  readonly poll?: JsonObject;
}

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
