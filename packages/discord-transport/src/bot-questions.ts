import type { Outcome } from "@tocsin/alert/plugin";
import { botPlace, MESSAGE_TEMPLATE } from "./bot-request.ts";
import { type ImpossibleRequest, impossible, type RequestPlace } from "./discord-request.ts";
import { toEmojiSegment } from "./emoji-segment.ts";
import type { FetchedMessage, FetchedUser, MessageQuery, ReactionQuery } from "./fetched.ts";
import { parseJson } from "./foreign-json.ts";
import { toAnswer } from "./outcome.ts";
import type { RequestExecutor } from "./request-executor.ts";
import { isSnowflake } from "./snowflake.ts";
import type { AskOptions } from "./transport.ts";

/** What Discord gives in one page at most. https://docs.discord.com/developers/resources/message#get-channel-messages */
export const MAX_PAGE_COUNT = 100;
/** A page of the longest messages, each with the one that it replies to. */
const MAX_ANSWER_BYTES = 32 << 20;

/** A thread as lists of threads have it, as far as it is looked at. */
export interface FetchedThread {
  readonly id: string;
  readonly name?: string;
  readonly parent_id?: string;
  readonly owner_id?: string;
}

/** What a bot can ask. Each question is one request; none changes anything. */
export interface BotQuestions {
  messages(query: MessageQuery, options: AskOptions): Promise<Outcome<readonly FetchedMessage[]>>;
  /** One message of a channel or thread. */
  message(channelId: string, messageId: string, options: AskOptions): Promise<Outcome<FetchedMessage>>;
  reactions(query: ReactionQuery, options: AskOptions): Promise<Outcome<readonly FetchedUser[]>>;
  /** The id of the bot's user. */
  ownUserId(options: AskOptions): Promise<Outcome<string>>;
  /** The id of the channel's server. */
  guildId(options: AskOptions): Promise<Outcome<string>>;
  activeThreads(guildId: string, options: AskOptions): Promise<Outcome<readonly FetchedThread[]>>;
  /** Closed threads of the channel that everybody may see, those first that were closed last; one page. */
  archivedThreads(options: AskOptions): Promise<Outcome<readonly FetchedThread[]>>;
}

/** Creates the questions of a bot about one channel. */
export function createBotQuestions(homeId: string, executor: RequestExecutor): BotQuestions {
  const ask = async <T>(
    place: RequestPlace | ImpossibleRequest,
    read: (json: unknown) => T | null,
    options: AskOptions,
  ): Promise<Outcome<T>> => {
    if (place.kind === "impossible") return { kind: "rejected", reason: place.reason, details: place.details };
    const readText = (body: string | null): T | null => read(parseJson(body));
    return executor.run(
      { place, judge: (result, context) => toAnswer(readText, result, context), maxAnswerBytes: MAX_ANSWER_BYTES },
      options,
    );
  };
  const get = (path: string, template: string, query: Readonly<Record<string, string>> = {}): RequestPlace => ({
    ...botPlace("GET", path, template, homeId, undefined),
    query,
  });

  return {
    messages: (query, options) => ask(toMessagesPlace(homeId, query), readList<FetchedMessage>, options),
    message: (channelId, messageId, options) =>
      ask(get(`/channels/${channelId}/messages/${messageId}`, MESSAGE_TEMPLATE), readObject<FetchedMessage>, options),
    reactions: (query, options) => ask(toReactionsPlace(homeId, query), readList<FetchedUser>, options),
    ownUserId: (options) => ask(get("/users/@me", "/users/@me"), (json) => readObject(json)?.id ?? null, options),
    guildId: (options) =>
      ask(get(`/channels/${homeId}`, "/channels/{channel.id}"), (json) => snowflakeIn(json, "guild_id"), options),
    activeThreads: (guildId, options) =>
      ask(get(`/guilds/${guildId}/threads/active`, "/guilds/{guild.id}/threads/active"), readThreads, options),
    archivedThreads(options) {
      const path = `/channels/${homeId}/threads/archived/public`;
      const query = { limit: String(MAX_PAGE_COUNT) };
      return ask(get(path, "/channels/{channel.id}/threads/archived/public", query), readThreads, options);
    },
  };
}

function toMessagesPlace(homeId: string, query: MessageQuery): RequestPlace | ImpossibleRequest {
  const { threadId, maxCount = 50, before, after, around } = query;
  const page = Object.entries({ before, after, around }).filter((entry) => entry[1] !== undefined);
  if (page.length > 1) return impossible("before, after and around exclude each other");
  const defect = queryDefect({ threadId, before, after, around }, maxCount);
  if (defect !== null) return defect;
  const channelId = threadId ?? homeId;
  const place = botPlace(
    "GET",
    `/channels/${channelId}/messages`,
    "/channels/{channel.id}/messages",
    channelId,
    threadId,
  );
  return { ...place, query: { limit: String(maxCount), ...Object.fromEntries(page) } };
}

function toReactionsPlace(homeId: string, query: ReactionQuery): RequestPlace | ImpossibleRequest {
  const { messageId, threadId, emoji, after, maxCount = 25 } = query;
  const defect = queryDefect({ messageId, threadId, after }, maxCount);
  if (defect !== null) return defect;
  const segment = toEmojiSegment(emoji);
  if (segment === null) return impossible("emoji is neither a Unicode emoji nor name:id");
  const channelId = threadId ?? homeId;
  const path = `/channels/${channelId}/messages/${messageId}/reactions/${segment}`;
  const place = botPlace("GET", path, `${MESSAGE_TEMPLATE}/reactions/{emoji}`, channelId, threadId);
  return { ...place, query: { limit: String(maxCount), ...(after === undefined ? {} : { after }) } };
}

function queryDefect(ids: Readonly<Record<string, string | undefined>>, maxCount: number): ImpossibleRequest | null {
  for (const [name, id] of Object.entries(ids)) {
    if (id !== undefined && !isSnowflake(id)) return impossible(`${name} is not a Discord id`);
  }
  if (Number.isInteger(maxCount) && maxCount >= 1 && maxCount <= MAX_PAGE_COUNT) return null;
  return impossible(`maxCount is not a whole number from 1 to ${MAX_PAGE_COUNT}`);
}

/** An object of Discord's; which one, the route says. */
function readObject<T extends { readonly id: string }>(json: unknown): T | null {
  return snowflakeIn(json, "id") === null ? null : (json as T);
}

function readList<T extends { readonly id: string }>(json: unknown): readonly T[] | null {
  if (!Array.isArray(json)) return null;
  return json.every((item) => snowflakeIn(item, "id") !== null) ? json : null;
}

function readThreads(json: unknown): readonly FetchedThread[] | null {
  return readList((json as { readonly threads?: unknown } | null)?.threads);
}

function snowflakeIn(json: unknown, key: string): string | null {
  const value: unknown = typeof json === "object" && json !== null ? (json as Record<string, unknown>)[key] : null;
  return isSnowflake(value) ? value : null;
}
