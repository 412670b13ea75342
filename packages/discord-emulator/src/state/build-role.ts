import type { Role } from "./objects.ts";

/** What may be chosen of a role. */
export type RoleWish = Pick<Role, "id" | "name" | "permissions"> &
  Partial<Pick<Role, "position" | "color" | "hoist" | "managed" | "mentionable" | "tags">>;

/** A role with all members of Discord's role object. Without a position it is the lowest above everyone's. */
export function buildRole({ position = 1, color = 0, hoist = false, managed = false, ...wish }: RoleWish): Role {
  return {
    description: null,
    position,
    color,
    colors: { primary_color: color, secondary_color: null, tertiary_color: null },
    hoist,
    managed,
    mentionable: false,
    icon: null,
    unicode_emoji: null,
    flags: 0,
    ...wish,
  };
}
