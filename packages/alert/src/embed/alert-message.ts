import { codePointCount } from "../code-points.ts";
import { cleanLine, cleanText } from "./clean-text.ts";
import { cutMarkdown } from "./cut-markdown.ts";
import { cutMiddle } from "./cut-middle.ts";
import type { AlertEmbed, Cut } from "./embed.ts";
import type { FittedEmbeds } from "./fit-embeds.ts";
import { MAX_CONTENT_COUNT, MAX_USERNAME_COUNT, SUPPRESS_NOTIFICATIONS } from "./limits.ts";
import { type AlertMentions, type AllowedMentions, placeMentions } from "./mentions.ts";
import { strictText } from "./strict-text.ts";

/** How a message is signed, and whom it reaches. */
export interface RenderOptions {
  /** The name the message is posted under, webhooks only; cut to 80. @default the webhook's own */
  readonly username?: string;
  /** Webhooks only. @default the webhook's own */
  readonly avatarUrl?: string;
  /** Shown in the footer, to find the trace by. */
  readonly traceId?: string;
  /** Who is pinged. @default nobody */
  readonly mentions?: AlertMentions;
  /** The caller's own words above the embed: Markdown, cut to what the mentions leave of 2,000. @default none */
  readonly notice?: string;
  /** Whether the message arrives without a sound. @default false */
  readonly isSilent?: boolean;
  /**
   * For a second try after Discord refused the form: a much smaller message of nothing but plain text, under the sender's
   * own name. @default false
   */
  readonly isStrict?: boolean;
}

/** The body of a Discord message, ready to be sent by a webhook or a bot. */
export interface AlertMessage {
  username?: string;
  avatar_url?: string;
  /** Mentions and the caller's notice; absent when there is neither. */
  content?: string;
  embeds: AlertEmbed[];
  allowed_mentions: AllowedMentions;
  /** SUPPRESS_NOTIFICATIONS, or absent. */
  flags?: number;
}

/** What a renderer made. */
export interface RenderedAlert {
  readonly message: AlertMessage;
  /** What is shown shorter than it was. Empty when everything is shown. */
  readonly cuts: readonly Cut[];
}

/** Puts fitted embeds into a message. The embeds are not copied. */
export function toMessage({ embeds, cuts }: FittedEmbeds<AlertEmbed>, options: RenderOptions): RenderedAlert {
  const { username, avatarUrl, isStrict = false, isSilent = false } = options;
  const mentions = placeMentions(options.mentions ?? {});
  const notice = (isStrict ? strictText : cleanText)(options.notice ?? "");
  const leftCount = MAX_CONTENT_COUNT - (mentions.text === "" ? 0 : mentions.text.length + 1);
  const shown = cutMarkdown(notice, leftCount);
  const content = `${mentions.text} ${shown}`.trim();
  const isCut = shown !== notice;
  return {
    message: {
      ...(username === undefined || isStrict ? {} : { username: cutMiddle(cleanLine(username), MAX_USERNAME_COUNT) }),
      ...(avatarUrl === undefined || isStrict ? {} : { avatar_url: avatarUrl }),
      ...(content === "" ? {} : { content }),
      embeds,
      allowed_mentions: mentions.allowed,
      ...(isSilent ? { flags: SUPPRESS_NOTIFICATIONS } : {}),
    },
    cuts: [
      ...cuts,
      ...mentions.cuts,
      ...(isCut ? [{ path: "/content", fromCount: codePointCount(notice), toCount: codePointCount(shown) }] : []),
    ],
  };
}
