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
  readonly thread_metadata?: { readonly archived?: boolean };
}

export interface Emoji {
  readonly id?: string | null;
  readonly name?: string | null;
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

/** Any message component; which fields are set depends on `type`. */
export interface Component {
  readonly type: number;
  readonly style?: number;
  readonly label?: string;
  readonly emoji?: Emoji;
  readonly url?: string;
  readonly disabled?: boolean;
  readonly placeholder?: string;
  readonly content?: string;
  readonly accent_color?: number | null;
  readonly components?: readonly Component[];
  readonly accessory?: Component;
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
  readonly thread?: Channel;
}

export interface EmulatorState {
  readonly guild: {
    readonly id: string;
    readonly name: string;
    readonly roles?: readonly { id: string; name: string }[];
  };
  readonly channels: readonly Channel[];
  readonly users: Readonly<Record<string, User>>;
  readonly bot: User;
  /** The rate-limit profile in force: `documented`, `strict` or `off`. */
  readonly limits: string;
}

/** A gateway event as `/_control/events` passes it on; `d` is Discord's payload for the event named `t`. */
export interface DiscordEvent {
  readonly t: string;
  readonly d: unknown;
}
