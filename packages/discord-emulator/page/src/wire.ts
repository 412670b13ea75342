import type { Component } from "./component-wire.ts";
import type { Emoji } from "./emoji.ts";

/**
 * The part of Discord's objects that the page reads. Everything comes over the wire, so every field that Discord may leave out is optional.
 * Shapes: https://docs.discord.com/developers/resources/message and …/resources/channel.
 */
export interface User {
  readonly id: string;
  readonly username: string;
  readonly global_name?: string | null;
  readonly bot?: boolean;
}

export interface Channel {
  readonly id: string;
  /** 0 text, 4 category, 5 announcement, 10 to 12 threads, 15 forum, 16 media. */
  readonly type: number;
  readonly name?: string;
  readonly parent_id?: string | null;
  readonly position?: number;
  readonly topic?: string | null;
  readonly last_message_id?: string | null;
  readonly message_count?: number;
  readonly applied_tags?: readonly string[];
  readonly available_tags?: readonly { readonly id: string; readonly name: string }[];
  readonly thread_metadata?: { readonly archived?: boolean; readonly locked?: boolean };
  readonly guild_id?: string;
}

export interface Reaction {
  readonly emoji: Emoji;
  readonly count: number;
  readonly me?: boolean;
}

export interface EmbedField {
  readonly name: string;
  readonly value: string;
  readonly inline?: boolean;
}

interface EmbedMedia {
  readonly url?: string;
}

export interface Embed {
  readonly title?: string;
  readonly description?: string;
  readonly url?: string;
  readonly timestamp?: string;
  readonly color?: number;
  readonly author?: { readonly name?: string; readonly url?: string };
  readonly provider?: { readonly name?: string };
  readonly footer?: { readonly text: string };
  readonly fields?: readonly EmbedField[];
  readonly image?: EmbedMedia;
  readonly thumbnail?: EmbedMedia;
  readonly video?: EmbedMedia;
}

export interface Attachment {
  readonly id: string;
  readonly filename: string;
  readonly size?: number;
  readonly url?: string;
  readonly description?: string | null;
}

export interface Message {
  readonly id: string;
  readonly channel_id: string;
  readonly type?: number;
  readonly flags?: number;
  readonly content?: string;
  readonly timestamp: string;
  readonly edited_timestamp?: string | null;
  readonly author: User;
  readonly webhook_id?: string;
  readonly mentions?: readonly User[];
  readonly mention_everyone?: boolean;
  readonly embeds?: readonly Embed[];
  readonly attachments?: readonly Attachment[];
  readonly components?: readonly Component[];
  readonly reactions?: readonly Reaction[];
  readonly referenced_message?: Message | null;
  /** On what answers a command: who ran which. */
  readonly interaction?: { readonly name: string; readonly user: User };
  /** Commands for messages and users name their target. */
  readonly interaction_metadata?: { readonly target_message_id?: string; readonly target_user?: User };
  readonly thread?: Channel;
}

export interface Role {
  readonly id: string;
  readonly name: string;
  /** 0: none. */
  readonly color?: number;
  readonly position?: number;
}

export interface Member {
  readonly user: User;
  readonly nick?: string | null;
  readonly roles?: readonly string[];
}

export interface EmulatorState {
  readonly guild: {
    readonly id: string;
    readonly name: string;
    readonly owner_id?: string;
    readonly roles?: readonly Role[];
  };
  readonly channels: readonly Channel[];
  /** People; bots are apart. */
  readonly users: readonly User[];
  readonly bots?: readonly User[];
  /** Who belongs to the guild. */
  readonly members?: readonly Member[];
  readonly emojis?: readonly Emoji[];
  readonly bot: User;
  /** The rate-limit profile in force: `documented`, `strict` or `off`. */
  readonly limits: string;
}

/** A gateway event as `/_control/events` passes it on; `d` is Discord's payload for the event named `t`. */
export interface DiscordEvent {
  readonly t: string;
  readonly d: unknown;
  /** The user who alone sees it; everybody without one. */
  readonly viewer_id?: string;
}
