import { archiveAt, refuseActiveThread, unarchiveAt } from "../actions/archive-threads.ts";
import { postSystemMessage, SYSTEM_TYPE } from "../actions/post-system-message.ts";
import { type Refusal, refuse, refuseForm } from "../errors/refusal.ts";
import { type Call, callingBot } from "../http/call.ts";
import type { JsonObject } from "../json.ts";
import { refuseThreadChange } from "../permissions/channel-changes.ts";
import { mayIn } from "../permissions/refuse-lacking.ts";
import { toTimestamp } from "../snowflake.ts";
import { isForum } from "../state/channels.ts";
import { CHANNEL_TYPE, type Channel, type ThreadMetadata, type User } from "../state/objects.ts";
import { checkBody } from "../validate/check.ts";
import { LIMITS } from "../validate/limits.ts";
import type { ObjectRule } from "../validate/rule.ts";
import { refuseTags } from "./forum-tags.ts";

const PINNED = 1 << 1;
const flag = { kind: "boolean" } as const;

const THREAD: ObjectRule = {
  kind: "object",
  fields: {
    name: { kind: "text", minCount: 1, maxCount: LIMITS.threadNameCount, trim: true },
    archived: flag,
    locked: flag,
    invitable: flag,
    auto_archive_duration: { kind: "integer", choices: [60, 1440, 4320, 10_080] },
    rate_limit_per_user: { kind: "integer", min: 0, max: 21_600 },
    flags: { kind: "integer", min: 0 },
    applied_tags: { kind: "list", maxCount: LIMITS.appliedTagCount, of: { kind: "snowflake" } },
  },
};

/**
 * Changes a thread as the body of the call says. An archived one is changed only together with being reopened (docs:
 * resources/channel, "Modify Channel", "JSON Params (Thread)").
 */
export function changeThread(call: Call, thread: Channel): Channel | Refusal {
  const { world } = call;
  const { value, issues } = checkBody(THREAD, call.body);
  if (issues.length > 0) return refuseForm(issues);
  const denied = refuseThreadChange(call, thread, value);
  if (denied) return denied;
  const isArchived = thread.thread_metadata?.archived === true;
  if (isArchived && value.archived !== false) return refuse(50083);
  const refusal =
    (isArchived ? refuseActiveThread(world, thread.guild_id, thread.type) : undefined) ??
    refuseNewTags(call, thread, value);
  if (refusal) return refusal;
  return world.state.write(() => {
    // Said before the thread is archived: a message would reopen it.
    if (!isArchived) tellName(call, thread, value.name);
    const changed = world.state.channels.update(thread.id, changeOf(call, thread, value));
    if (isArchived) tellName(call, thread, value.name);
    return world.state.channels.get(thread.id) ?? changed;
  });
}

function refuseNewTags(call: Call, thread: Channel, { applied_tags: wanted }: JsonObject): Refusal | undefined {
  const { state } = call.world;
  const parent = state.channels.get(thread.parent_id ?? "0");
  if (wanted === undefined || !parent || !isForum(parent)) return undefined;
  const mayModerate = mayIn(state, callingBot(call).userId, thread, ["MANAGE_THREADS"]);
  return refuseTags(parent, wanted as string[], mayModerate, thread.applied_tags);
}

function changeOf({ world }: Call, thread: Channel, value: JsonObject): Partial<Channel> {
  const { state } = world;
  const { name, rate_limit_per_user, applied_tags, flags } = value;
  const isPost = thread.applied_tags !== undefined;
  return {
    ...(name === undefined ? {} : { name: name as string }),
    ...(rate_limit_per_user === undefined ? {} : { rate_limit_per_user: rate_limit_per_user as number }),
    ...(isPost && applied_tags !== undefined ? { applied_tags: applied_tags as string[] } : {}),
    ...(isPost && flags !== undefined ? { flags: (thread.flags & ~PINNED) | (Number(flags) & PINNED) } : {}),
    thread_metadata: { ...(thread.thread_metadata as ThreadMetadata), ...metadataOf(state, thread, value) },
  };
}

function metadataOf(state: Call["world"]["state"], thread: Channel, value: JsonObject): Partial<ThreadMetadata> {
  const { archived, locked, invitable, auto_archive_duration: minutes } = value;
  const now = state.now();
  const isArchived = thread.thread_metadata?.archived === true;
  return {
    ...(locked === undefined ? {} : { locked: locked as boolean }),
    ...(invitable === undefined || thread.type !== CHANNEL_TYPE.privateThread
      ? {}
      : { invitable: invitable as boolean }),
    ...(minutes === undefined ? {} : { auto_archive_duration: minutes as number, archive_timestamp: toTimestamp(now) }),
    ...(archived === true ? archiveAt(state, thread, now) : {}),
    ...(archived === false && isArchived ? unarchiveAt(now) : {}),
  };
}

/** A new name is said in the thread (docs: topics/threads, "New Message Types"). */
function tellName({ world, bot }: Call, thread: Channel, name: unknown): void {
  if (typeof name !== "string" || name === thread.name) return;
  const author = world.state.users.get(callingBot({ bot }).userId) as User;
  postSystemMessage(world, { channel: thread, type: SYSTEM_TYPE.nameChange, author, content: name });
}
