import { isJsonObject, type JsonObject } from "../json.ts";

/** Slack's names for colours. */
const COLORS: ReadonlyMap<string, number> = new Map([
  ["good", 0x2fa44f],
  ["warning", 0xde9e31],
  ["danger", 0xd50200],
]);

/**
 * Turns a message in Slack's format into one in Discord's (docs: resources/webhook, "Execute Slack-Compatible Webhook").
 * Channel, icon_emoji and mrkdwn settings are ignored, as Discord does.
 */
export function toDiscordMessage(slack: JsonObject): JsonObject {
  const attachments = Array.isArray(slack.attachments) ? slack.attachments : [];
  return withoutAbsent({
    content: toMarkdown(slack.text),
    username: slack.username,
    avatar_url: slack.icon_url,
    embeds: attachments.filter(isJsonObject).map(toEmbed),
  });
}

function toEmbed(attachment: JsonObject): JsonObject {
  const paragraphs = [attachment.pretext, attachment.text].map(toMarkdown).filter((text) => text);
  const hasText = paragraphs.length > 0 || attachment.title || attachment.fields || attachment.image_url;
  return withoutAbsent({
    title: toMarkdown(attachment.title),
    url: attachment.title_link,
    description: hasText ? paragraphs.join("\n") || undefined : toMarkdown(attachment.fallback),
    color: toColor(attachment.color),
    timestamp: toTimestampText(attachment.ts),
    author: toPart(
      { name: attachment.author_name, url: attachment.author_link, icon_url: attachment.author_icon },
      "name",
    ),
    footer: toPart({ text: attachment.footer, icon_url: attachment.footer_icon }, "text"),
    image: toPart({ url: attachment.image_url }, "url"),
    thumbnail: toPart({ url: attachment.thumb_url }, "url"),
    fields: Array.isArray(attachment.fields) ? attachment.fields.filter(isJsonObject).map(toField) : undefined,
  });
}

function toField(field: JsonObject): JsonObject {
  return withoutAbsent({
    name: toMarkdown(field.title) || "\u200B",
    value: toMarkdown(field.value) || "\u200B",
    inline: field.short === true || field.short === "true",
  });
}

/** Slack writes links as `<address|text>`, and never a bare `<` inside: so no text is looked at twice. */
function toMarkdown(text: unknown): string | undefined {
  if (typeof text !== "string" && typeof text !== "number") return undefined;
  return String(text)
    .replace(/<(https?:[^|<>\s]+)\|([^<>]+)>/g, "[$2]($1)")
    .replace(/<(https?:[^|<>\s]+)>/g, "$1");
}

function toColor(color: unknown): number | undefined {
  if (typeof color !== "string") return undefined;
  const hex = /^#?([0-9a-f]{6})$/i.exec(color)?.[1];
  return hex === undefined ? COLORS.get(color.toLowerCase()) : Number.parseInt(hex, 16);
}

/** `ts`: epoch seconds, as number or text. */
function toTimestampText(ts: unknown): string | undefined {
  const at = typeof ts === "number" || typeof ts === "string" ? Number(ts) * 1000 : 0;
  return at > 0 && at < 8.64e15 ? new Date(at).toISOString() : undefined;
}

function toPart(part: JsonObject, needed: string): JsonObject | undefined {
  return part[needed] ? withoutAbsent(part) : undefined;
}

function withoutAbsent(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined && value !== null && value !== ""),
  );
}
