import type { JsonObject } from "../json.ts";
import type { Member } from "./objects.ts";
import type { State } from "./state.ts";

/** A member as Discord's API answers it, the user within. */
export function presentMember(state: Pick<State, "users">, { user_id, ...member }: Member): JsonObject {
  return {
    ...member,
    user: state.users.get(user_id),
    avatar: null,
    banner: null,
    premium_since: null,
    deaf: false,
    mute: false,
    pending: false,
    flags: 0,
  };
}
