import { html, nothing, type TemplateResult } from "lit";
import { avatarUrl } from "./avatar.ts";
import { momentText, timeText } from "./clock-text.ts";
import { componentsView } from "./components-view.ts";
import { displayName, type Names, nameOf } from "./directory.ts";
import { embedView } from "./embed-view.ts";
import { markupView } from "./markup-view.ts";
import { safeUrl } from "./safe-url.ts";
import { systemText } from "./system-message.ts";
import type { Attachment, Channel, Message, Reaction } from "./wire.ts";

const SUPPRESS_EMBEDS = 1 << 2;
const EPHEMERAL = 1 << 6;
const LOADING = 1 << 7;
const NO_NAMES: ReadonlyMap<string, string> = new Map();
const GROUP_MS = 7 * 60_000;

/** Whether `message` continues `previous` without a head of its own: same author and name, within seven minutes, no reply, and none of Discord's own. */
export function continues(message: Message, previous: Message | undefined): boolean {
  return (
    previous !== undefined &&
    !message.referenced_message &&
    systemText(message, NO_NAMES) === null &&
    previous.author.id === message.author.id &&
    displayName(previous.author) === displayName(message.author) &&
    Date.parse(message.timestamp) - Date.parse(previous.timestamp) < GROUP_MS
  );
}

/**
 * One message as Discord draws it.
 * @param options.isContinued leaves out avatar and name.
 * @param options.thread the thread that began at this message.
 */
export function messageView(
  message: Message,
  names: Names,
  options: { readonly isContinued: boolean; readonly thread: Channel | undefined; readonly now: Date },
): TemplateResult {
  const { author, content = "", flags = 0 } = message;
  const date = new Date(message.timestamp);
  const moment = momentText(date, options.now);
  const isApp = author.bot === true || message.webhook_id !== undefined;
  const name = displayName(author);
  const told = systemText(message, names.users);
  const embeds = flags & SUPPRESS_EMBEDS ? [] : (message.embeds ?? []);
  return html`<discord-message
    role="article"
    aria-label=${`${name}, ${moment}`}
    data-message-id=${message.id}
    author=${name}
    avatar=${avatarUrl(name)}
    ?bot=${isApp}
    ?edited=${Boolean(message.edited_timestamp)}
    ?highlight=${message.mention_everyone === true}
    ?ephemeral=${Boolean(flags & EPHEMERAL)}
    ?message-body-only=${options.isContinued}
    timestamp=${options.isContinued ? timeText(date) : moment}
    >${message.referenced_message && told === null ? replyView(message.referenced_message, names) : nothing}${
      flags & LOADING ? html`<span class="quiet">${name} is thinking…</span>` : nothing
    }${told === null ? nothing : html`<span class="quiet">${told}</span>`}${
      content && told === null
        ? html`<span class="markup">${markupView(content, withMentioned(names, message), { isEmbed: false })}</span>`
        : nothing
    }${(message.attachments ?? []).map(attachmentView)}${embeds.map((embed) => embedView(embed, names, options.now))}${
      message.components?.length ? componentsView(message.components, names) : nothing
    }${message.reactions?.length ? reactionsView(message.reactions) : nothing}${options.thread ? threadView(options.thread) : nothing}</discord-message
  >`;
}

/** A message brings the names of the users it mentions, who need not be members. */
function withMentioned(names: Names, { mentions }: Message): Names {
  if (!mentions?.length) return names;
  return {
    ...names,
    users: new Map([...mentions.map((user) => [user.id, displayName(user)] as const), ...names.users]),
  };
}

function replyView({ author, content }: Message, names: Names): TemplateResult {
  return html`<div slot="reply" class="reply"><strong>${displayName(author)}</strong> ${
    content ? markupView(content.slice(0, 200), names, { isEmbed: false }) : "Click to see attachment"
  }</div>`;
}

function attachmentView({ filename, size, url, description }: Attachment): TemplateResult {
  const address = safeUrl(url);
  const isLocal = address !== null && address.origin === location.origin;
  return html`<div slot="attachments" class="attachment" title=${description ?? filename}>
    <span aria-hidden="true">📄</span>
    <span class="attachment-name">${isLocal ? html`<a href=${address.href} download=${filename}>${filename}</a>` : filename}</span>
    ${size === undefined ? nothing : html`<span class="quiet">${sizeText(size)}</span>`}
  </div>`;
}

function reactionsView(reactions: readonly Reaction[]): TemplateResult {
  return html`<discord-reactions slot="reactions">
    ${reactions.map(({ emoji, count, me }) => {
      const face = emoji.id ? `:${emoji.name}:` : (emoji.name ?? "");
      return html`<span class="reaction ${me ? "mine" : ""}" role="img" aria-label=${`${face}, ${count} ${count === 1 ? "reaction" : "reactions"}`}
        ><span class="reaction-emoji">${face}</span><span class="reaction-count">${count}</span></span
      >`;
    })}
  </discord-reactions>`;
}

function threadView(thread: Channel): TemplateResult {
  const count = thread.message_count;
  return html`<a slot="thread" class="thread-link" href="#/channels/${thread.id}">
    <strong>${nameOf(thread)}</strong> <span>${count === undefined ? "Open" : `${count} ${count === 1 ? "message" : "messages"}`} ›</span>
  </a>`;
}

const sizes = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
function sizeText(sizeBytes: number): string {
  if (sizeBytes < 1_000) return `${sizeBytes} bytes`;
  return sizeBytes < 1_000_000 ? `${sizes.format(sizeBytes / 1_000)} kB` : `${sizes.format(sizeBytes / 1_000_000)} MB`;
}
