import { postSystemMessage, SYSTEM_TYPE } from "../actions/post-system-message.ts";
import { joinThread, leaveThread } from "../actions/thread-members.ts";
import { isRefusal, type Refusal, refuse } from "../errors/refusal.ts";
import { type RouteResult, reply, replyEmpty } from "../http/answer.ts";
import { type Call, callingBot, type DiscordRoute, namedChannel, queryFlag, type UnreadCall } from "../http/call.ts";
import { mayIn } from "../permissions/refuse-lacking.ts";
import { seesMembers } from "../state/bots.ts";
import { isThread } from "../state/channels.ts";
import { CHANNEL_TYPE, type Channel, type User } from "../state/objects.ts";
import { presentMember } from "../state/present-member.ts";
import type { ThreadMember } from "../state/thread-members.ts";
import { checkQuery } from "../validate/check-query.ts";
import { LIMITS } from "../validate/limits.ts";

const LIST = "/channels/:channel_id/thread-members";
const ME = `${LIST}/@me`;
const ONE = `${LIST}/:user_id`;
const MAX_PAGE_COUNT = 100;

function findThread(call: Pick<Call, "world" | "params">): Channel | Refusal {
  const channel = namedChannel(call);
  if (!channel) return refuse(10003);
  return isThread(channel) ? channel : refuse(50024);
}

/** Archived threads keep their members. */
function findActiveThread(call: Call): Channel | Refusal {
  const thread = findThread(call);
  if (isRefusal(thread)) return thread;
  return thread.thread_metadata?.archived ? refuse(50083) : thread;
}

function present({ world, query }: Call, thread: Channel, member: ThreadMember) {
  const { state } = world;
  const guildMember = thread.guild_id === undefined ? undefined : state.members.get(thread.guild_id, member.user_id);
  const isWanted = queryFlag(query, "with_member") && guildMember !== undefined;
  return isWanted ? { ...member, member: presentMember(state, guildMember) } : member;
}

function list(call: Call): RouteResult {
  const thread = findThread(call);
  if (isRefusal(thread)) return thread;
  if (!seesMembers(callingBot(call))) return refuse(50001);
  const limit = { kind: "integer", min: 1, max: MAX_PAGE_COUNT } as const;
  const query = checkQuery({ limit, after: { kind: "snowflake" } }, call.query);
  if (isRefusal(query)) return query;
  // Pages exist only together with the members themselves (docs: "List Thread Members").
  const page = { afterId: String(query.after ?? "0"), maxCount: Number(query.limit ?? MAX_PAGE_COUNT) };
  const { threadMembers } = call.world.state;
  const members = queryFlag(call.query, "with_member")
    ? threadMembers.list(thread.id, page)
    : threadMembers.list(thread.id);
  return reply(members.map((member) => present(call, thread, member)));
}

function get(call: Call): RouteResult {
  const thread = findThread(call);
  if (isRefusal(thread)) return thread;
  const member = call.world.state.threadMembers.get(thread.id, call.params.user_id as string);
  return member ? reply(present(call, thread, member)) : refuse(10007);
}

function join(call: Call): RouteResult {
  const thread = findActiveThread(call);
  return isRefusal(thread) ? thread : addMember(call, thread, callingBot(call).userId);
}

function add(call: Call): RouteResult {
  const thread = findActiveThread(call);
  if (isRefusal(thread)) return thread;
  const { state } = call.world;
  const userId = call.params.user_id as string;
  if (!state.users.get(userId)) return refuse(10013);
  if (thread.guild_id === undefined || !state.members.get(thread.guild_id, userId)) return refuse(10007);
  return refuseInviting(call, thread) ?? addMember(call, thread, userId);
}

/** Who neither moderates nor has started a private thread may add others only where it says so. */
function refuseInviting(call: Call, thread: Channel): Refusal | undefined {
  const { userId } = callingBot(call);
  if (thread.type !== CHANNEL_TYPE.privateThread || thread.thread_metadata?.invitable !== false) return undefined;
  if (thread.owner_id === userId || mayIn(call.world.state, userId, thread, ["MANAGE_THREADS"])) return undefined;
  return refuse(50013);
}

function addMember(call: Call, thread: Channel, userId: string): RouteResult {
  const { world } = call;
  const { threadMembers } = world.state;
  if (threadMembers.get(thread.id, userId)) return replyEmpty();
  if (threadMembers.count(thread.id) >= LIMITS.threadMemberCount) return refuse(30033);
  world.state.write(() => {
    joinThread(world, thread, [userId]);
    tell(call, thread, userId, SYSTEM_TYPE.recipientAdd);
  });
  return replyEmpty();
}

function leave(call: Call): RouteResult {
  const thread = findActiveThread(call);
  if (isRefusal(thread)) return thread;
  leaveThread(call.world, thread, callingBot(call).userId);
  return replyEmpty();
}

function remove(call: Call): RouteResult {
  const thread = findActiveThread(call);
  if (isRefusal(thread)) return thread;
  const { world } = call;
  const userId = call.params.user_id as string;
  if (!world.state.threadMembers.get(thread.id, userId)) return replyEmpty();
  world.state.write(() => {
    leaveThread(world, thread, userId);
    tell(call, thread, userId, SYSTEM_TYPE.recipientRemove);
  });
  return replyEmpty();
}

/** Says in the thread who was added or removed, unless they did it themselves (docs: topics/threads, "New Message Types"). */
function tell({ world, bot }: Call, thread: Channel, userId: string, type: 1 | 2): void {
  const { state } = world;
  const author = state.users.get(callingBot({ bot }).userId) as User;
  const user = state.users.get(userId);
  if (user && user.id !== author.id) postSystemMessage(world, { channel: thread, type, author, mentions: [user] });
}

/** Whoever has started a private thread may remove its members. */
function neededToRemove(call: UnreadCall): readonly ["MANAGE_THREADS"] | [] {
  const thread = namedChannel(call);
  const isOwn = thread?.type === CHANNEL_TYPE.privateThread && thread.owner_id === callingBot(call).userId;
  return isOwn ? [] : ["MANAGE_THREADS"];
}

/** Who belongs to a thread (docs: topics/threads, "Thread Membership"). */
export const THREAD_MEMBERS: readonly DiscordRoute[] = [
  { method: "GET", path: LIST, auth: "bot", handle: list },
  { method: "PUT", path: ME, auth: "bot", handle: join },
  { method: "DELETE", path: ME, auth: "bot", handle: leave },
  { method: "GET", path: ONE, auth: "bot", handle: get },
  { method: "PUT", path: ONE, auth: "bot", needs: ["SEND_MESSAGES"], handle: add },
  { method: "DELETE", path: ONE, auth: "bot", needs: neededToRemove, handle: remove },
];
