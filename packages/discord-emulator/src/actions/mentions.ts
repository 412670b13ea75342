import type { JsonObject } from "../json.ts";
import type { StoredMessage, User } from "../state/objects.ts";
import type { State } from "../state/state.ts";

type Mentions = Pick<StoredMessage, "mentions" | "mention_roles" | "mention_everyone">;

/** What pings when the sender gives no `allowed_mentions`: bots and people everything, webhooks users only (docs: resources/message). */
export const DEFAULT_PARSE = {
  person: ["users", "roles", "everyone"],
  webhook: ["users"],
} as const;

/** Finds whom `content` mentions, as far as `allowed` lets it ping. Text in embeds never pings. */
export function findMentions(
  state: State,
  content: string,
  allowed: JsonObject | undefined,
  defaultParse: readonly string[],
): Mentions {
  const parse = allowed ? ((allowed.parse as string[] | undefined) ?? []) : defaultParse;
  const isAllowed = (kind: "users" | "roles", id: string) =>
    parse.includes(kind) || ((allowed?.[kind] as string[] | undefined) ?? []).includes(id);
  const idsIn = (pattern: RegExp) => [...new Set([...content.matchAll(pattern)].map((match) => match[1] as string))];
  const users = idsIn(/<@!?(\d{1,20})>/g)
    .filter((id) => isAllowed("users", id))
    .map((id) => state.users.get(id))
    .filter((user): user is User => user !== undefined);
  return {
    mentions: users,
    mention_roles: idsIn(/<@&(\d{1,20})>/g).filter((id) => isAllowed("roles", id)),
    mention_everyone: parse.includes("everyone") && /@(?:everyone|here)\b/.test(content),
  };
}
