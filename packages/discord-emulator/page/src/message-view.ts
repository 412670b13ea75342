import { html, nothing, type TemplateResult } from "lit";
import { avatarUrl } from "./avatar.ts";
import { momentText, timeText } from "./clock-text.ts";
import { componentsView } from "./components-view.ts";
import { isArchived } from "./directory.ts";
import { embedView } from "./embed-view.ts";
import { eyeIcon } from "./icons.ts";
import { markupView } from "./markup-view.ts";
import { sizeText } from "./media-view.ts";
import type { MessageUse } from "./message-actions.ts";
import { messageTools } from "./message-tools.ts";
import { displayName, type Names, nameOf } from "./names.ts";
import { reactionsView } from "./reactions-view.ts";
import { safeUrl } from "./safe-url.ts";
import { systemText } from "./system-message.ts";
import type { Attachment, Channel, Message } from "./wire.ts";

const SUPPRESS_EMBEDS = 1 << 2;
const EPHEMERAL = 1 << 6;
const LOADING = 1 << 7;
/** Their files are shown where a component says so. */
const COMPONENTS_V2 = 1 << 15;
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
 * One message as Discord draws it, with what can be done with it.
 * @param options.isContinued leaves out avatar and name.
 * @param options.thread the thread that began at this message.
 */
export function messageView(
  message: Message,
  names: Names,
  use: MessageUse,
  options: { readonly isContinued: boolean; readonly thread: Channel | undefined; readonly now: Date },
): TemplateResult {
  const { author, content = "", flags = 0 } = message;
  const date = new Date(message.timestamp);
  const moment = momentText(date, options.now);
  const isApp = author.bot === true || message.webhook_id !== undefined;
  const isEphemeral = Boolean(flags & EPHEMERAL);
  // A webhook chooses its own name, whoever else has its id.
  const member = message.webhook_id === undefined ? author.id : "";
  const name = names.users.get(member) ?? displayName(author);
  const told = systemText(message, names.users);
  const embeds = flags & SUPPRESS_EMBEDS ? [] : (message.embeds ?? []);
  return html`<div class="row ${isEphemeral ? "ephemeral" : ""} ${options.isContinued ? "continued" : ""}" role="article" tabindex="-1" aria-label=${`${name}, ${moment}`} data-message-id=${message.id}>
    <discord-message
      author=${name}
      avatar=${avatarUrl(name)}
      ?bot=${isApp}
      role-color=${names.colors.get(member) ?? nothing}
      ?edited=${Boolean(message.edited_timestamp)}
      ?highlight=${message.mention_everyone === true}
      ?message-body-only=${options.isContinued}
      timestamp=${options.isContinued ? timeText(date) : moment}
      >${message.referenced_message && told === null ? replyView(message.referenced_message, names) : nothing}${
        message.interaction ? usedView(message, message.interaction, names) : nothing
      }${flags & LOADING ? html`<span class="quiet thinking">${name} is thinking…</span>` : nothing}${
        told === null ? nothing : html`<span class="quiet">${told}</span>`
      }${
        content && told === null
          ? html`<span class="markup">${markupView(content, withMentioned(names, message), { isEmbed: false })}</span>`
          : nothing
      }${(message.attachments ?? []).filter(() => !(flags & COMPONENTS_V2)).map(attachmentView)}${embeds.map((embed) => embedView(embed, names, options.now))}${
        message.components?.length ? componentsView(message.components, names, use) : nothing
      }${message.reactions?.length ? reactionsView(message.reactions, use) : nothing}${options.thread ? threadView(options.thread) : nothing}${footView(use, isEphemeral)}</discord-message
    >${isEphemeral ? nothing : messageTools(use)}
  </div>`;
}

/** What became of the last thing that the reader did with it, and who sees it. */
function footView({ message, attempt, actions }: MessageUse, isEphemeral: boolean): TemplateResult {
  return html`${attempt?.failure ? html`<div slot="thread" class="failed" role="alert">${attempt.failure}</div>` : nothing}${
    isEphemeral
      ? html`<div slot="thread" class="only-you">
          ${eyeIcon}<span>Only you can see this</span> <span aria-hidden="true">•</span>
          <button type="button" class="link" @click=${() => actions.dismiss(message)}>Dismiss message</button>
        </div>`
      : nothing
  }`;
}

/** Above the answer to a command: who ran which. */
function usedView(
  { interaction_metadata: metadata }: Message,
  { name, user }: NonNullable<Message["interaction"]>,
  names: Names,
): TemplateResult {
  const isOnSomething = metadata?.target_message_id !== undefined || metadata?.target_user !== undefined;
  const person = names.users.get(user.id) ?? displayName(user);
  return html`<div slot="reply" class="reply"><strong>${person}</strong> used <strong>${isOnSomething ? name : `/${name}`}</strong></div>`;
}

/** A message brings the names of the users it mentions, who need not be members. */
function withMentioned(names: Names, { mentions }: Message): Names {
  if (!mentions?.length) return names;
  return {
    ...names,
    users: new Map([...mentions.map((user) => [user.id, displayName(user)] as const), ...names.users]),
  };
}

function replyView({ author, content, embeds }: Message, names: Names): TemplateResult {
  const text = content || embeds?.[0]?.title;
  return html`<div slot="reply" class="reply"><strong>${displayName(author)}</strong> ${
    text ? markupView(text.slice(0, 200), names, { isEmbed: false }) : "Click to see attachment"
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

function threadView(thread: Channel): TemplateResult {
  const count = thread.message_count;
  return html`<a slot="thread" class="thread-link" href="#/channels/${thread.id}">
    <strong>${nameOf(thread)}</strong> ${isArchived(thread) ? html`<span class="tag">archived</span>` : nothing}<span>${count === undefined ? "Open" : `${count} ${count === 1 ? "message" : "messages"}`} ›</span>
  </a>`;
}
