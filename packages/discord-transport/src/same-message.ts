import type { FetchedMessage } from "./fetched.ts";
import type { DiscordFile, DiscordMessage } from "./transport.ts";

/** A message as it was sent. */
export interface SentMessage {
  readonly message: DiscordMessage;
  readonly files?: readonly DiscordFile[];
  readonly replyTo?: string;
}

type Tree = Readonly<Record<string, unknown>>;

const HAS_LINK = /https?:\/\//i;
/** Files that Discord shows only on demand have this before their name. */
const SPOILER = /^SPOILER_/;

/**
 * Tells whether a message that was found says what was sent. Discord does not keep messages as they are: it trims texts and
 * drops characters that show nothing, adds keys, writes timestamps in another form, cleans file names, and appends previews of
 * links. So texts are compared by what can be read, and the rest by what stays: colours, moments, `custom_id`s, file names, what
 * was replied to. Pure.
 */
export function saysTheSame({ message, files = [], replyTo }: SentMessage, found: FetchedMessage): boolean {
  const hasLink = HAS_LINK.test(message.content ?? "");
  return (
    readable(message.content) === readable(found.content) &&
    hasEmbeds(digestEmbeds(message.embeds), digestEmbeds(found.embeds), hasLink) &&
    isEqual(digestComponents(message.components), digestComponents(found.components)) &&
    isEqual(
      files.map(({ name }) => cleanName(name)),
      (found.attachments ?? []).map(({ filename }) => cleanName(filename)),
    ) &&
    readable(message.poll?.question.text) === readable(found.poll?.question.text) &&
    mayReply(replyTo, found.message_reference?.message_id)
  );
}

/** What a reader sees of a text, in one spelling: without spaces, line ends, control and format characters. */
function readable(text: unknown): string {
  return typeof text === "string" ? text.normalize("NFC").replace(/[\s\p{C}]+/gu, "") : "";
}

/** Embeds without a text are not kept, or not told from others: they do not count. */
function digestEmbeds(embeds: unknown): readonly string[] {
  return listOf(embeds).flatMap((embed) => {
    const { title, description, author, footer, fields, color, timestamp } = embed;
    const texts = [
      title,
      description,
      treeOf(author).name,
      treeOf(footer).text,
      ...listOf(fields).flatMap(({ name, value }) => [name, value]),
    ].map(readable);
    if (texts.join("") === "") return [];
    return [JSON.stringify([texts, color ?? 0, typeof timestamp === "string" ? Date.parse(timestamp) : null])];
  });
}

/** The embeds that were sent come first. More may follow only where a link can have made them. */
function hasEmbeds(sent: readonly string[], found: readonly string[], hasLink: boolean): boolean {
  return isEqual(sent, found.slice(0, sent.length)) && (found.length === sent.length || hasLink);
}

/** What components are and say, from the outermost inwards. */
function digestComponents(components: unknown): readonly string[] {
  return listOf(components).flatMap((component) => {
    const { type, custom_id, label, content, accessory, components: children } = component;
    const own = JSON.stringify([type, custom_id ?? null, readable(label), readable(content)]);
    return [own, ...digestComponents(children), ...digestComponents(accessory === undefined ? [] : [accessory])];
  });
}

function cleanName(name: string): string {
  return name.replace(SPOILER, "").replace(/[^\p{L}\p{N}._-]+/gu, "_");
}

/** A reply stands alone when what it replied to was gone. */
function mayReply(replyTo: string | undefined, foundReplyTo: string | undefined): boolean {
  return foundReplyTo === undefined || foundReplyTo === replyTo;
}

function isEqual(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((item, index) => item === right[index]);
}

function listOf(value: unknown): readonly Tree[] {
  return Array.isArray(value) ? value.map(treeOf) : [];
}

function treeOf(value: unknown): Tree {
  return typeof value === "object" && value !== null ? (value as Tree) : {};
}
