import type { Channel } from "../state/objects.ts";
import { presentMember } from "../state/present-member.ts";
import { LIMITS } from "../validate/limits.ts";
import type { World } from "./world.ts";

/** Adds users to a thread as far as there is room, and announces those who are new. */
export function joinThread({ state }: World, thread: Channel, userIds: readonly string[]): void {
  const fresh = userIds.filter((userId) => !state.threadMembers.get(thread.id, userId));
  if (fresh.length === 0) return;
  state.write(() => {
    let count = state.threadMembers.count(thread.id);
    const added: string[] = [];
    for (const userId of fresh) {
      if (count >= LIMITS.threadMemberCount) break;
      state.threadMembers.add(thread.id, userId, state.now());
      added.push(userId);
      count += 1;
    }
    announce({ state }, thread, count, { addedIds: added, removedIds: [] });
  });
}

/** Removes a user from a thread and announces it. Who is not there changes nothing. */
export function leaveThread({ state }: World, thread: Channel, userId: string): void {
  state.write(() => {
    if (!state.threadMembers.remove(thread.id, userId)) return;
    announce({ state }, thread, state.threadMembers.count(thread.id), { addedIds: [], removedIds: [userId] });
  });
}

function announce(
  { state }: Pick<World, "state">,
  { id, guild_id: guildId }: Channel,
  count: number,
  { addedIds, removedIds }: { readonly addedIds: readonly string[]; readonly removedIds: readonly string[] },
): void {
  const shownCount = Math.min(count, LIMITS.shownThreadMemberCount);
  state.channels.update(id, { member_count: shownCount }, { quiet: true });
  const added = addedIds.map((userId) => {
    const member = guildId === undefined ? undefined : state.members.get(guildId, userId);
    return {
      ...state.threadMembers.get(id, userId),
      ...(member ? { member: presentMember(state, member) } : {}),
      presence: null,
    };
  });
  state.announce({
    t: "THREAD_MEMBERS_UPDATE",
    d: {
      id,
      guild_id: guildId,
      member_count: shownCount,
      ...(added.length > 0 ? { added_members: added } : {}),
      ...(removedIds.length > 0 ? { removed_member_ids: removedIds } : {}),
    },
  });
}
