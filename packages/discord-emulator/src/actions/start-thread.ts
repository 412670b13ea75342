import { snowflakeAt, toTimestamp } from "../snowflake.ts";
import { isForum } from "../state/channels.ts";
import { CHANNEL_TYPE, type Channel, type StoredMessage } from "../state/objects.ts";
import { postSystemMessage, SYSTEM_TYPE } from "./post-system-message.ts";
import type { World } from "./world.ts";

const HAS_THREAD = 1 << 5;
const DEFAULT_ARCHIVE_MINUTES = 4320;

/** A thread or forum post about to exist. */
export interface ThreadPlan {
  readonly parent: Channel;
  readonly name: string;
  readonly ownerId: string;
  /** Same as the message it starts from, when there is one. */
  readonly id?: string;
  readonly type?: number;
  readonly autoArchiveMinutes?: number;
  readonly rateLimitSeconds?: number;
  readonly appliedTagIds?: readonly string[];
  /** Who may invite others: private threads only. */
  readonly isInvitable?: boolean;
}

/** Creates a thread below `parent`, to which whoever starts it belongs, and announces THREAD_CREATE. */
export function startThread({ state }: World, plan: ThreadPlan): Channel {
  return state.write(() => {
    const id = plan.id ?? state.nextId();
    // A thread that starts from an old message is made now, though its id tells the message's time.
    const createdAt = toTimestamp(Math.max(state.now(), snowflakeAt(id)));
    // Webhooks start posts, too: they are counted, but belong to nothing.
    if (state.users.get(plan.ownerId)) state.threadMembers.add(id, plan.ownerId, state.now());
    return state.channels.create({
      id,
      type:
        plan.type ??
        (plan.parent.type === CHANNEL_TYPE.announcement ? CHANNEL_TYPE.announcementThread : CHANNEL_TYPE.publicThread),
      guild_id: plan.parent.guild_id,
      name: plan.name,
      parent_id: plan.parent.id,
      owner_id: plan.ownerId,
      flags: 0,
      last_message_id: null,
      rate_limit_per_user: plan.rateLimitSeconds ?? plan.parent.default_thread_rate_limit_per_user ?? 0,
      message_count: 0,
      member_count: 1,
      total_message_sent: 0,
      ...(isForum(plan.parent) ? { applied_tags: plan.appliedTagIds ?? [] } : {}),
      thread_metadata: {
        archived: false,
        auto_archive_duration: plan.autoArchiveMinutes ?? DEFAULT_ARCHIVE_MINUTES,
        archive_timestamp: createdAt,
        locked: false,
        create_timestamp: createdAt,
        ...(plan.isInvitable === undefined ? {} : { invitable: plan.isInvitable }),
      },
    });
  });
}

/**
 * Marks a message as the start of `thread`, and lets the thread begin with a message that points back to it (docs:
 * topics/threads, "New Message Types").
 */
export function markThreadStart(world: World, message: StoredMessage, thread: Channel): void {
  const { state, presenter } = world;
  state.write(() => {
    const marked = { ...message, flags: message.flags | HAS_THREAD };
    state.messages.put(marked);
    const guildId = thread.guild_id;
    const author = state.users.get(thread.owner_id ?? "0");
    const reference = { message_id: message.id, channel_id: message.channel_id, guild_id: guildId };
    if (author) postSystemMessage(world, { channel: thread, type: SYSTEM_TYPE.threadStarter, author, reference });
    state.announce({ t: "MESSAGE_UPDATE", d: { ...presenter.message(marked), guild_id: guildId } });
  });
}

/** Tells the parent of a public thread without a first message that it exists (docs: resources/message, "Thread Created messages"). */
export function tellOfThread(world: World, parent: Channel, thread: Channel): void {
  const author = world.state.users.get(thread.owner_id ?? "0");
  if (!author) return;
  const reference = { channel_id: thread.id, guild_id: thread.guild_id };
  const content = thread.name ?? "";
  postSystemMessage(world, { channel: parent, type: SYSTEM_TYPE.threadCreated, author, content, reference });
}
