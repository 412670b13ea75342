import { isRefusal, refuse } from "../errors/refusal.ts";
import { type RouteResult, reply } from "../http/answer.ts";
import { type Call, callingBot, type DiscordRoute, namedChannel } from "../http/call.ts";
import { mayIn } from "../permissions/refuse-lacking.ts";
import { CHANNEL_TYPE, type Channel } from "../state/objects.ts";
import { checkQuery } from "../validate/check-query.ts";

const DEFAULT_COUNT = 50;
const PUBLIC_TYPES = [CHANNEL_TYPE.announcementThread, CHANNEL_TYPE.publicThread];

const limit = { kind: "integer", min: 2, max: 100 } as const;

/** Threads as all lists answer them: those that the bot belongs to are named once more, with its membership. */
function answerThreads(call: Call, threads: readonly Channel[], hasMore: boolean): RouteResult {
  const { state } = call.world;
  const { userId } = callingBot(call);
  const members = threads.flatMap(({ id }) => state.threadMembers.get(id, userId) ?? []);
  return reply({ threads, members, has_more: hasMore });
}

/** One page, of one thread more than is shown: so it is known whether there are more. */
function answerPage(call: Call, maxCount: number, read: (count: number) => Channel[]): RouteResult {
  const threads = read(maxCount + 1);
  return answerThreads(call, threads.slice(0, maxCount), threads.length > maxCount);
}

function listArchived(call: Call, types: readonly number[]): RouteResult {
  const parent = namedChannel(call);
  if (!parent) return refuse(10003);
  const query = checkQuery({ limit, before: { kind: "timestamp" } }, call.query);
  if (isRefusal(query)) return query;
  const beforeAt = query.before === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(String(query.before));
  return answerPage(call, Number(query.limit ?? DEFAULT_COUNT), (maxCount) =>
    call.world.state.threads.archived(parent.id, types, { beforeAt, maxCount }),
  );
}

function listJoined(call: Call): RouteResult {
  const parent = namedChannel(call);
  if (!parent) return refuse(10003);
  const query = checkQuery({ limit, before: { kind: "snowflake" } }, call.query);
  if (isRefusal(query)) return query;
  const beforeId = String(query.before ?? 2n ** 63n - 1n);
  return answerPage(call, Number(query.limit ?? DEFAULT_COUNT), (maxCount) =>
    call.world.state.threads.archivedOf(callingBot(call).userId, parent.id, { beforeId, maxCount }),
  );
}

function listActive(call: Call): RouteResult {
  const { state } = call.world;
  const { userId } = callingBot(call);
  const threads = state.threads
    .active(call.params.guild_id as string)
    .filter((thread) => mayIn(state, userId, thread, ["VIEW_CHANNEL"]));
  return answerThreads(call, threads, false);
}

/** Active threads of a guild, archived ones of a channel (docs: topics/threads, "Enumerating threads"). */
export const THREAD_LISTS: readonly DiscordRoute[] = [
  { method: "GET", path: "/guilds/:guild_id/threads/active", auth: "bot", handle: listActive },
  {
    method: "GET",
    path: "/channels/:channel_id/threads/archived/public",
    auth: "bot",
    needs: ["READ_MESSAGE_HISTORY"],
    handle: (call) => listArchived(call, PUBLIC_TYPES),
  },
  {
    method: "GET",
    path: "/channels/:channel_id/threads/archived/private",
    auth: "bot",
    needs: ["READ_MESSAGE_HISTORY", "MANAGE_THREADS"],
    handle: (call) => listArchived(call, [CHANNEL_TYPE.privateThread]),
  },
  {
    method: "GET",
    path: "/channels/:channel_id/users/@me/threads/archived/private",
    auth: "bot",
    needs: ["READ_MESSAGE_HISTORY"],
    handle: listJoined,
  },
];
