import { isBotToken, parseWebhookUrl } from "@tocsin/discord-transport";
import type { BotDestinationConfig, DiscordDestinationConfig, WebhookDestinationConfig } from "./config.ts";
import type { ConfigFile } from "./config-schema.ts";
import { resolveDelivery } from "./resolve-delivery.ts";
import { resolveSecret, type SecretSource } from "./resolve-secret.ts";
import { resolveTls } from "./resolve-tls.ts";

type DestinationFile = NonNullable<ConfigFile["destinations"]>[string];
type Key = keyof DestinationFile;

const WEBHOOK_SECRETS = ["webhook_url", "webhook_url_file"] as const satisfies readonly Key[];
const BOT_SECRETS = ["bot_token", "bot_token_file"] as const satisfies readonly Key[];

/** The keys that only one of the two ways has, and why the other has not. */
const FOREIGN_KEYS: Readonly<Record<DiscordDestinationConfig["via"], { keys: readonly Key[]; expected: string }>> = {
  webhook: {
    keys: ["channel_id", "guild_id"],
    expected: "only with a bot: a webhook posts to the channel it was made for",
  },
  bot: {
    keys: ["username", "avatar_url", "ssl_ca", "ssl_cert", "ssl_key", "insecure_skip_verify"],
    expected: "only with a webhook",
  },
};

const EITHER =
  "either a webhook (webhook_url or webhook_url_file) or a bot (bot_token or bot_token_file, and channel_id)";

/** Applies defaults and reads secrets; `null` after adding an issue when it is neither a webhook nor a bot. */
export function resolveDestination(
  source: SecretSource,
  path: readonly string[],
  file: DestinationFile,
): DiscordDestinationConfig | null {
  const via = wayOf(source, path, file);
  if (via === null) return null;
  const { keys, expected } = FOREIGN_KEYS[via];
  for (const key of keys.filter((name) => file[name] !== undefined)) {
    source.issues.push(source.document.issueAt([...path, key], { found: `${key} with a ${via}`, expected }));
  }
  const look = {
    kind: "discord",
    forum: file.forum ?? false,
    ...resolveDelivery(file),
    ...(file.forum_tags === undefined ? {} : { forumTagIds: file.forum_tags }),
  } as const;
  return via === "webhook"
    ? { ...look, ...resolveWebhook(source, path, file) }
    : { ...look, ...resolveBot(source, path, file) };
}

function wayOf(
  { document, issues }: SecretSource,
  path: readonly string[],
  file: DestinationFile,
): DiscordDestinationConfig["via"] | null {
  const present = [...WEBHOOK_SECRETS, ...BOT_SECRETS].filter((key) => file[key] !== undefined);
  const isWebhook = WEBHOOK_SECRETS.some((key) => present.includes(key));
  const isBot = BOT_SECRETS.some((key) => present.includes(key));
  if (isWebhook !== isBot) return isWebhook ? "webhook" : "bot";
  const found = isBot ? `both: ${present.join(", ")}` : "neither";
  issues.push(document.issueAt(path, { found, expected: EITHER }));
  return null;
}

function resolveWebhook(
  source: SecretSource,
  path: readonly string[],
  file: DestinationFile,
): Omit<WebhookDestinationConfig, "kind" | "forum"> {
  const { username, avatar_url: avatarUrl } = file;
  const tls = resolveTls(source, path, file);
  const webhookUrl = resolveSecret(source, {
    path,
    name: "webhook_url",
    value: file.webhook_url,
    file: file.webhook_url_file,
    kind: "a webhook URL",
    expected: "a URL like https://discord.com/api/webhooks/<id>/<token>",
    mistakeIn: (text) => {
      const parsed = parseWebhookUrl(text);
      return parsed.kind === "invalid" ? parsed.message : null;
    },
  });
  return {
    via: "webhook",
    webhookUrl,
    ...(username === undefined ? {} : { username }),
    ...(avatarUrl === undefined ? {} : { avatarUrl }),
    ...(tls === undefined ? {} : { tls }),
  };
}

function resolveBot(
  source: SecretSource,
  path: readonly string[],
  file: DestinationFile,
): Omit<BotDestinationConfig, "kind" | "forum"> {
  const { channel_id: channelId = "", guild_id: guildId } = file;
  const botToken = resolveSecret(source, {
    path,
    name: "bot_token",
    value: file.bot_token,
    file: file.bot_token_file,
    kind: "a bot's token",
    expected: "a bot's token as Discord's developer portal gives it",
    mistakeIn: mistakeInToken,
  });
  if (file.channel_id === undefined) {
    const about = { found: "nothing", expected: "the id of the channel that the bot posts to, in quotes" };
    source.issues.push(source.document.issueAt([...path, "channel_id"], about));
  }
  return { via: "bot", botToken, channelId, ...(guildId === undefined ? {} : { guildId }) };
}

function mistakeInToken(text: string): string | null {
  return isBotToken(text) ? null : "it is too short, or has characters that no token has";
}
