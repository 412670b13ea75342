// Set before the component library is evaluated: its own defaults are pictures on Discord's servers.
import { avatarUrl } from "./avatar.ts";

declare global {
  var $discordMessage: { avatars: Record<string, string>; emojis: Record<string, never> } | undefined;
}

globalThis.$discordMessage = { avatars: { default: avatarUrl("?") }, emojis: {} };
