import { describeFiles } from "./message-files.ts";
import type { DiscordFile, DiscordMessage } from "./transport.ts";

/** https://docs.discord.com/developers/resources/message#message-object-message-flags */
const SUPPRESS_EMBEDS = 1 << 2;
const IS_COMPONENTS_V2 = 1 << 15;
/** Flags that an edit may carry. https://docs.discord.com/developers/resources/webhook#edit-webhook-message */
const EDITABLE_FLAGS = SUPPRESS_EMBEDS | IS_COMPONENTS_V2;

/** The body of a message, as far as bots and webhooks agree. `allowed_mentions` is always there. */
export interface MessageBody {
  readonly allowed_mentions: object;
  readonly [name: string]: unknown;
}

/** A message that is new, without the name and the picture that only a webhook can choose. */
export function newMessageBody(message: DiscordMessage, files: readonly DiscordFile[] = []): MessageBody {
  const { username, avatar_url, ...rest } = message;
  return {
    ...rest,
    // With components V2 Discord refuses these two, also when they are empty.
    ...(isComponentsV2(message) ? { content: message.content || undefined, embeds: filled(message.embeds) } : {}),
    attachments: files.length === 0 ? message.attachments : [...(message.attachments ?? []), ...describeFiles(files)],
    allowed_mentions: mentionsOf(message),
  };
}

/** An edit replaces the message: what it does not have is cleared, where Discord would keep what it is not told about. */
export function editBody(message: DiscordMessage, files: readonly DiscordFile[] = []): MessageBody {
  return {
    content: message.content || null,
    embeds: message.embeds ?? [],
    components: message.components ?? [],
    // The files that stay and the new ones: what is not listed goes.
    attachments: [...(message.attachments ?? []), ...describeFiles(files)],
    allowed_mentions: mentionsOf(message),
    flags: message.flags === undefined ? undefined : message.flags & EDITABLE_FLAGS,
  };
}

/** Nobody is mentioned unless the message says so. */
function mentionsOf(message: DiscordMessage): object {
  return { parse: [], ...message.allowed_mentions };
}

function isComponentsV2({ flags }: DiscordMessage): boolean {
  return ((flags ?? 0) & IS_COMPONENTS_V2) !== 0;
}

function filled<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list?.length ? list : undefined;
}
