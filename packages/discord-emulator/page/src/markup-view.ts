import { html, nothing, type TemplateResult } from "lit";
import { styledText } from "./clock-text.ts";
import { type MarkupNode, parseMarkup } from "./markup-tree.ts";
import type { Names } from "./names.ts";
import { safeUrl } from "./safe-url.ts";

/** The moments that Discord accepts in `<t:…>` end where JavaScript's dates end. */
const MAX_DATE_SECONDS = 8.64e12;

/**
 * Draws message text. Every piece of it is bound as text or as a checked address, never as HTML.
 * @param options.isEmbed embeds draw code on a darker ground.
 */
export function markupView(text: string, names: Names, options: { readonly isEmbed: boolean }): unknown {
  const list = (nodes: MarkupNode["content"]): unknown =>
    typeof nodes === "string" || nodes === undefined ? (nodes ?? nothing) : nodes.map(one);

  function one(node: MarkupNode): unknown {
    switch (node.type) {
      case "strong":
        return html`<strong>${list(node.content)}</strong>`;
      case "em":
        return html`<em>${list(node.content)}</em>`;
      case "underline":
        return html`<u>${list(node.content)}</u>`;
      case "strikethrough":
        return html`<s>${list(node.content)}</s>`;
      case "spoiler":
        return html`<discord-spoiler tabindex="0" title="Spoiler">${list(node.content)}</discord-spoiler>`;
      case "inlineCode":
        return html`<discord-code ?embed=${options.isEmbed}>${list(node.content)}</discord-code>`;
      case "codeBlock":
        return html`<discord-code multiline ?embed=${options.isEmbed}>${list(node.content)}</discord-code>`;
      case "blockQuote":
        return html`<discord-quote>${list(node.content)}</discord-quote>`;
      case "heading":
        return html`<div class="heading heading-${Math.min(node.level ?? 1, 3)}">${list(node.content)}</div>`;
      case "subtext":
        return html`<div class="subtext">${list(node.content)}</div>`;
      case "listItem":
        return html`<span class="bullet">${"\u2003".repeat(node.depth ?? 0)}${node.depth ? "◦" : "•"}</span>`;
      case "br":
      case "newline":
        return html`<br />`;
      case "link":
      case "url":
      case "autolink":
        return linkView(node, list(node.content));
      case "user":
        return mention("user", names.users.get(node.id ?? "") ?? "unknown-user");
      case "role":
        return mention("role", names.roles.get(node.id ?? "") ?? "unknown-role");
      case "channel":
        return mention("channel", names.channels.get(node.id ?? "") ?? "unknown");
      case "everyone":
      case "here":
        return mention("user", node.type);
      case "slashCommand":
        return mention("slash", node.fullName ?? "");
      case "emoji":
        return html`<span class="custom-emoji">:${node.name}:</span>`;
      case "twemoji":
        return node.name;
      case "timestamp":
        return momentView(node);
      default:
        return list(node.content);
    }
  }
  return list(parseMarkup(text));
}

function mention(type: string, name: string): TemplateResult {
  return html`<discord-mention type=${type}>${name}</discord-mention>`;
}

function linkView(node: MarkupNode, content: unknown): unknown {
  const url = safeUrl(node.target);
  if (url === null) return content;
  return html`<a href=${url.href} title=${url.href} target="_blank" rel="noopener noreferrer nofollow">${content}</a>`;
}

function momentView({ timestamp, format = "f" }: MarkupNode): unknown {
  const seconds = Number(timestamp);
  if (!(Math.abs(seconds) <= MAX_DATE_SECONDS)) return timestamp;
  const date = new Date(seconds * 1000);
  const text =
    format === "R"
      ? html`<relative-time .date=${date}></relative-time>`
      : html`<time datetime=${date.toISOString()} title=${styledText(date, "F", 0)}>${styledText(date, format, 0)}</time>`;
  return html`<discord-time>${text}</discord-time>`;
}
