import { toDiscordRoute } from "@tocsin/rate-limiter";
import { DISCORD_API_URL, toApiRoot } from "./api-root.ts";
import { createBotQuestions } from "./bot-questions.ts";
import { toBotBody, toBotPlace } from "./bot-request.ts";
import { parseBotToken } from "./bot-token.ts";
import { BOT_CAPABILITIES } from "./capabilities.ts";
import { misuse } from "./errors.ts";
import { createFindSent } from "./find-sent.ts";
import { createOperationRunner } from "./operation-runner.ts";
import { isSnowflake } from "./snowflake.ts";
import type { Transport } from "./transport.ts";
import type { TransportOptions } from "./transport-options.ts";

/** Settings of {@link createBotTransport}. */
export interface BotTransportOptions extends TransportOptions {
  /** The bot's token, with or without the word `Bot` before it. A secret. */
  readonly token: string;
  /** The channel that it works in: a text, announcement, forum or media channel, or a thread. */
  readonly channelId: string;
  /** The server of the channel; where it is missing, `findSent` asks for it when it looks for a post. */
  readonly guildId?: string;
  /** Whether the channel is a forum or media channel: only those take posts (`threadName`), and no messages. @default false */
  readonly isForum?: boolean;
}

/**
 * Creates the way into Discord that a bot has in one channel and its threads: everything that the contract knows.
 *
 * A send carries its nonce, which Discord remembers for minutes: repeated within them it cannot show twice, except as a new
 * forum post. Throws a TocsinError for misuse only: `TRANSPORT_TOKEN_INVALID`, `TRANSPORT_URL_INVALID`,
 * `TRANSPORT_OPTION_INVALID` here, `TRANSPORT_NONCE_INVALID`, `TRANSPORT_MESSAGE_INVALID` and `TRANSPORT_CLOSED` from its methods.
 */
export function createBotTransport(options: BotTransportOptions): Transport {
  const { channelId, guildId, isForum = false } = options;
  const { token, credential } = parseBotToken(options.token);
  const apiRoot = toApiRoot(options.apiUrl ?? DISCORD_API_URL);
  if (apiRoot === null) throw misuse("TRANSPORT_URL_INVALID", "apiUrl must be an http or https address");
  for (const [name, id] of Object.entries({ channelId, guildId })) {
    if (id !== undefined && !isSnowflake(id)) throw misuse("TRANSPORT_OPTION_INVALID", `${name} is not a Discord id`);
  }
  const home = { channelId, isForum };
  const now = options.now ?? Date.now;
  const { executor, execute, estimateWaits, close } = createOperationRunner(
    {
      apiRoot,
      authorization: `Bot ${token}`,
      secrets: [token],
      placeOf: (operation) => toBotPlace(home, operation),
      bodyOf: (operation, nonce) => toBotBody(home, operation, nonce),
      routeOf: ({ method, path }) => toDiscordRoute(method, path, { credential, nowMs: now() }),
    },
    options,
  );
  const questions = createBotQuestions(channelId, executor);
  const findSent = createFindSent({ ...home, guildId }, questions);
  return {
    capabilities: { ...BOT_CAPABILITIES, startsThreads: !isForum },
    execute,
    findSent: (sent, askOptions) => executor.whileOpen(() => findSent(sent, askOptions)),
    fetchMessages: (query, askOptions = {}) => executor.whileOpen(() => questions.messages(query, askOptions)),
    fetchReactions: (query, askOptions = {}) => executor.whileOpen(() => questions.reactions(query, askOptions)),
    ...(estimateWaits && { estimateWaits }),
    close,
  };
}
