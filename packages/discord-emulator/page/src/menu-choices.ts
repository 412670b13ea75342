import type { Component } from "./component-wire.ts";
import type { Directory } from "./directory.ts";
import { emojiFace } from "./emoji.ts";
import { nameOf } from "./names.ts";

/** Something that a menu offers. */
export interface MenuChoice {
  readonly value: string;
  readonly label: string;
  readonly detail?: string;
  readonly isChosen?: boolean;
}

/** What a command option or component can name. */
export type EntityKind = "user" | "role" | "channel" | "mentionable";

const KIND_BY_TYPE: Readonly<Record<number, EntityKind>> = { 5: "user", 6: "role", 7: "mentionable", 8: "channel" };
const GUILD_CATEGORY = 4;

/** What a select offers (types 3 and 5 to 8), or a radio or checkbox group (21, 22). */
export function componentChoices(component: Component, directory: Directory): MenuChoice[] {
  const kind = KIND_BY_TYPE[component.type];
  if (kind !== undefined) {
    const chosenIds = new Set(component.default_values?.map(({ id }) => id));
    return entityChoices(kind, directory, component.channel_types).map((choice) => ({
      ...choice,
      isChosen: chosenIds.has(choice.value),
    }));
  }
  return (component.options ?? []).map((option) => ({
    value: option.value,
    label: `${option.emoji ? `${emojiFace(option.emoji)} ` : ""}${option.label}`,
    ...(option.description && { detail: option.description }),
    isChosen: option.default ?? false,
  }));
}

/** Users, roles or channels of the guild; `channelTypes` narrows the channels. */
export function entityChoices(
  kind: EntityKind,
  { names, channels, guildId }: Directory,
  channelTypes?: readonly number[],
): MenuChoice[] {
  const users = () => Array.from(names.users, ([value, name]) => ({ value, label: `@${name}`, detail: "user" }));
  // Everyone's role has the guild's id.
  const roles = () =>
    Array.from(names.roles, ([value, name]) => ({ value, label: `@${name.replace(/^@/, "")}`, detail: "role" })).filter(
      (role) => kind !== "mentionable" || role.value !== guildId,
    );
  if (kind === "user") return users().map(({ value, label }) => ({ value, label }));
  if (kind === "role") return roles().map(({ value, label }) => ({ value, label }));
  if (kind === "mentionable") return [...users(), ...roles()];
  return [...channels.values()]
    .filter(({ type }) => (channelTypes?.length ? channelTypes.includes(type) : type !== GUILD_CATEGORY))
    .map((channel) => ({ value: channel.id, label: `#${nameOf(channel)}` }));
}
