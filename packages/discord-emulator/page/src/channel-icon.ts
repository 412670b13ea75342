import { html, type TemplateResult } from "lit";
import { isForum, isThread } from "./directory.ts";
import type { Channel } from "./wire.ts";

const hash = html`<svg viewBox="0 0 24 24"><path d="M9.5 3.5 7 20.5M17 3.5l-2.5 17M4 8.5h17M3 15.5h17" /></svg>`;
const posts = html`<svg viewBox="0 0 24 24"><path d="M4 4h16v12H11l-4 4v-4H4zM8 8.5h8M8 12h5" /></svg>`;
const thread = html`<svg viewBox="0 0 24 24"><path d="M6 3v8a4 4 0 0 0 4 4h9M15 11l4 4-4 4" /></svg>`;

/** The sign in front of a channel's name: a hash, a forum's sheet, or a thread's branch. */
export function channelIcon(channel: Channel): TemplateResult {
  if (isForum(channel)) return posts;
  return isThread(channel) ? thread : hash;
}
