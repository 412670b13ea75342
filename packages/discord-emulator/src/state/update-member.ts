import type { Member } from "./objects.ts";
import { presentMember } from "./present-member.ts";
import type { State } from "./state.ts";

/** Stores a changed member and announces it. */
export function updateMember(state: State, guildId: string, member: Member): Member {
  state.members.put(guildId, member);
  state.announce({ t: "GUILD_MEMBER_UPDATE", d: { ...presentMember(state, member), guild_id: guildId } });
  return member;
}
