import { colorText } from "./color-text.ts";
import type { Channel, Member, Role, User } from "./wire.ts";

/** What ids are called, and in which colour. Replaced only when one may have changed, so its identity tells whether messages have to be drawn again. */
export interface Names {
  /** As the guild calls them: by nickname, else by name. */
  readonly users: ReadonlyMap<string, string>;
  /** Of members who have a coloured role. */
  readonly colors: ReadonlyMap<string, string>;
  readonly roles: ReadonlyMap<string, string>;
  readonly channels: ReadonlyMap<string, string>;
}

/** Who and what has a name. */
export interface Named {
  readonly users: ReadonlyMap<string, User>;
  readonly members: ReadonlyMap<string, Member>;
  readonly roles: ReadonlyMap<string, Role>;
  readonly channels: ReadonlyMap<string, Channel>;
}

export const displayName = (user: User): string => user.global_name ?? user.username;
export const nameOf = (channel: Channel): string => channel.name ?? channel.id;

export function namesFrom(named: Named): Names {
  const { users, members, roles, channels } = named;
  const colored = Array.from(members.keys(), (id) => [id, roleColor(named, id)] as const);
  return {
    users: mapped(users, (user) => members.get(user.id)?.nick ?? displayName(user)),
    colors: new Map(colored.flatMap(([id, color]) => (color === undefined ? [] : [[id, color]]))),
    roles: mapped(roles, (role) => role.name),
    channels: mapped(channels, nameOf),
  };
}

/** The roles of a member, the highest first; everyone's is not among them. */
export function rolesOf({ members, roles }: Pick<Named, "members" | "roles">, userId: string): Role[] {
  return (members.get(userId)?.roles ?? [])
    .flatMap((id) => roles.get(id) ?? [])
    .sort((a, b) => (b.position ?? 0) - (a.position ?? 0));
}

/** Discord colours a member like the highest role that has a colour. */
function roleColor(named: Named, userId: string): string | undefined {
  return colorText(rolesOf(named, userId).find(({ color }) => color)?.color);
}

function mapped<T>(map: ReadonlyMap<string, T>, name: (value: T) => string): ReadonlyMap<string, string> {
  return new Map(Array.from(map, ([id, value]) => [id, name(value)]));
}
