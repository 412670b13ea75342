import type { JsonObject } from "../json.ts";
import { mayIn } from "../permissions/refuse-lacking.ts";
import { isSnowflake } from "../snowflake.ts";
import type { Channel, Role, StoredMessage, User } from "../state/objects.ts";
import type { State } from "../state/state.ts";

type Mentions = Pick<StoredMessage, "mentions" | "mention_roles" | "mention_everyone">;

/** What pings when the sender gives no `allowed_mentions`: bots and people everything, webhooks users only (docs: resources/message). */
const DEFAULT_PARSE = {
  person: ["users", "roles", "everyone"],
  webhook: ["users"],
} as const;

/** Who mentions, and where. */
export interface MentionSource {
  readonly channel: Channel;
  /** Webhooks need no permission to ping. */
  readonly isWebhook: boolean;
  readonly authorId: string;
}

/**
 * Finds whom `content` mentions, as far as `allowed` and the author's permissions let it ping: everyone, and roles that are
 * not mentionable, take MENTION_EVERYONE. Text in embeds never pings.
 */
export function findMentions(
  state: State,
  content: string,
  allowed: JsonObject | undefined,
  { channel, isWebhook, authorId }: MentionSource,
): Mentions {
  const defaultParse: readonly string[] = isWebhook ? DEFAULT_PARSE.webhook : DEFAULT_PARSE.person;
  const mayPingAll = isWebhook || mayIn(state, authorId, channel, ["MENTION_EVERYONE"]);
  const guildId = channel.guild_id;
  const canPing = (role: Role | undefined) => role !== undefined && (mayPingAll || role.mentionable);
  const parse = allowed ? ((allowed.parse as string[] | undefined) ?? []) : defaultParse;
  const isAllowed = (kind: "users" | "roles", id: string) =>
    parse.includes(kind) || ((allowed?.[kind] as string[] | undefined) ?? []).includes(id);
  const idsIn = (pattern: RegExp) =>
    [...new Set([...content.matchAll(pattern)].map((match) => match[1] as string))].filter(isSnowflake);
  const users = idsIn(/<@!?(\d{1,20})>/g)
    .filter((id) => isAllowed("users", id))
    .map((id) => state.users.get(id))
    .filter((user): user is User => user !== undefined);
  return {
    mentions: users,
    mention_roles: idsIn(/<@&(\d{1,20})>/g).filter(
      (id) => guildId !== undefined && isAllowed("roles", id) && canPing(state.roles.get(guildId, id)),
    ),
    mention_everyone: mayPingAll && parse.includes("everyone") && /@(?:everyone|here)\b/.test(content),
  };
}
