import type { Outcome } from "@tocsin/alert/plugin";
import { type BotQuestions, type FetchedThread, MAX_PAGE_COUNT } from "./bot-questions.ts";
import type { BotChannel } from "./bot-request.ts";
import { impossible } from "./discord-request.ts";
import type { FetchedMessage } from "./fetched.ts";
import { saysTheSame } from "./same-message.ts";
import { compareSnowflakes, isSnowflake, snowflakeAt } from "./snowflake.ts";
import type { AskOptions, LostSend, MessageRef } from "./transport.ts";

/** How far the caller's clock may be ahead of Discord's. */
const CLOCK_DIFFERENCE_MS = 60_000;
/** A channel takes about a message a second: what was made stands here also after a quarter of an hour of other calls. */
const MAX_PAGE_TURN_COUNT = 10;
/** Posts of one name since one moment that are looked into. */
const MAX_CANDIDATE_COUNT = 10;

type Found = Outcome<readonly MessageRef[]>;

/** Creates the search for what a lost call may have made. What does not change is asked for once. */
export function createFindSent(
  home: BotChannel & { readonly guildId: string | undefined },
  questions: BotQuestions,
): (sent: LostSend, options?: AskOptions) => Promise<Found> {
  const ownUserId = askedOnce(undefined, questions.ownUserId);
  const guildId = askedOnce(home.guildId, questions.guildId);

  return async (sent, options = {}) => {
    const { operation } = sent;
    if (operation.threadId !== undefined && !isSnowflake(operation.threadId)) {
      const { reason, details } = impossible("threadId is not a Discord id");
      return { kind: "rejected", reason, details };
    }
    const own = await ownUserId(options);
    if (own.kind !== "delivered") return own;
    const search = {
      sent,
      options,
      questions,
      ownUserId: own.value,
      after: snowflakeAt(sent.sentAfter - CLOCK_DIFFERENCE_MS),
    };
    if (operation.threadId !== undefined || !home.isForum) return findMessages(home.channelId, search);
    const guild = await guildId(options);
    return guild.kind === "delivered" ? findPosts(home.channelId, guild.value, search) : guild;
  };
}

interface Search {
  readonly sent: LostSend;
  readonly options: AskOptions;
  readonly questions: BotQuestions;
  readonly ownUserId: string;
  /** Nothing older than this id. */
  readonly after: string;
}

/** Reads on from the moment of the call: what it made stands soon after. */
async function findMessages(homeId: string, search: Search): Promise<Found> {
  const { sent, options, questions, ownUserId } = search;
  const { threadId } = sent.operation;
  const found: FetchedMessage[] = [];
  let { after } = search;
  for (let pageCount = 0; pageCount < MAX_PAGE_TURN_COUNT; pageCount += 1) {
    const query = { after, maxCount: MAX_PAGE_COUNT, ...(threadId === undefined ? {} : { threadId }) };
    const page = await questions.messages(query, options);
    if (page.kind !== "delivered") return page;
    const own = page.value.filter((message) => isOwn(message, ownUserId));
    const same = own.find(({ nonce }) => nonce !== undefined && String(nonce) === sent.nonce);
    if (same !== undefined) return { kind: "delivered", value: [toRef(same.id, homeId, threadId)] };
    found.push(...own.filter((message) => isCandidate(message) && saysTheSame(sent.operation, message)));
    if (page.value.length < MAX_PAGE_COUNT) break;
    after = page.value.map(({ id }) => id).reduce((left, right) => (compareSnowflakes(left, right) > 0 ? left : right));
  }
  const ids = found.map(({ id }) => id).toSorted(compareSnowflakes);
  return { kind: "delivered", value: ids.map((id) => toRef(id, homeId, threadId)) };
}

/** A post is a thread of that name, of our own, whose first message says the same. */
async function findPosts(homeId: string, guildId: string, search: Search): Promise<Found> {
  const { sent, options, questions, ownUserId, after } = search;
  const wantedName = oneLine(sent.operation.threadName ?? "");
  const isWanted = ({ id, parent_id, owner_id, name = "" }: FetchedThread): boolean =>
    parent_id === homeId && owner_id === ownUserId && compareSnowflakes(id, after) >= 0 && oneLine(name) === wantedName;
  const active = await questions.activeThreads(guildId, options);
  if (active.kind !== "delivered") return active;
  const archived = await questions.archivedThreads(options);
  if (archived.kind !== "delivered") return archived;
  const ids = new Set([...active.value, ...archived.value].filter(isWanted).map(({ id }) => id));
  const found: MessageRef[] = [];
  for (const id of [...ids].toSorted(compareSnowflakes).slice(0, MAX_CANDIDATE_COUNT)) {
    const first = await questions.message(id, id, options);
    // Its first message may be deleted.
    if (first.kind === "rejected" && first.reason === "target-gone") continue;
    if (first.kind !== "delivered") return first;
    if (saysTheSame(sent.operation, first.value)) found.push(toRef(id, homeId, id));
  }
  return { kind: "delivered", value: found };
}

function isOwn({ author, webhook_id }: FetchedMessage, ownUserId: string): boolean {
  return webhook_id === undefined && author?.id === ownUserId;
}

/** With a nonce of its own, a message belongs to another call. */
function isCandidate({ nonce }: FetchedMessage): boolean {
  return nonce === undefined || nonce === null;
}

function toRef(messageId: string, homeId: string, threadId: string | undefined): MessageRef {
  return { channelId: threadId ?? homeId, messageId, ...(threadId === undefined ? {} : { threadId }) };
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, " ");
}

/** Remembers an answer; a failure is asked for again. */
function askedOnce(
  known: string | undefined,
  ask: (options: AskOptions) => Promise<Outcome<string>>,
): (options: AskOptions) => Promise<Outcome<string>> {
  let answer: Outcome<string> | undefined = known === undefined ? undefined : { kind: "delivered", value: known };
  return async (options) => {
    if (answer !== undefined) return answer;
    const outcome = await ask(options);
    if (outcome.kind === "delivered") answer = outcome;
    return outcome;
  };
}
