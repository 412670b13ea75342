import type { Channel } from "../state/objects.ts";

/** Keys of the installations that an interaction comes through (docs: resources/application, "Application Integration Types"). */
export const INSTALLED = { guild: "0", user: "1" } as const;

/** What comes through an application that is installed where it happens (docs: "Authorizing Integration Owners Object"). */
export function ownersIn({ guild_id }: Channel): Record<string, string> {
  return { [INSTALLED.guild]: guild_id ?? "0" };
}
