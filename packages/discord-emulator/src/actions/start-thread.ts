import { snowflakeAt, toTimestamp } from "../snowflake.ts";
import { CHANNEL_TYPE, type Channel, type StoredMessage } from "../state/objects.ts";
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

/** Creates a thread below `parent` and announces THREAD_CREATE. */
export function startThread({ state }: World, plan: ThreadPlan): Channel {
  return state.write(() => {
    const id = plan.id ?? state.nextId();
    // A thread that starts from an old message is made now, though its id tells the message's time.
    const createdAt = toTimestamp(Math.max(state.now(), snowflakeAt(id)));
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
      rate_limit_per_user: plan.rateLimitSeconds ?? 0,
      message_count: 0,
      member_count: 1,
      total_message_sent: 0,
      ...(plan.appliedTagIds ? { applied_tags: plan.appliedTagIds } : {}),
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

/** Marks a message as the start of a thread and announces it. */
export function markThreadStart({ state, presenter }: World, message: StoredMessage, guildId: string): void {
  state.write(() => {
    const marked = { ...message, flags: message.flags | HAS_THREAD };
    state.messages.put(marked);
    state.announce({ t: "MESSAGE_UPDATE", d: { ...presenter.message(marked), guild_id: guildId } });
  });
}
