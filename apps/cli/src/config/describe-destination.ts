import type { DiscordDestinationConfig } from "@tocsin/relay";
import { describeDelivery } from "./describe-delivery.ts";

/** Whether alerts get threads of their own there: of a forum every alert is a post, which is a thread. */
export function hasThreads({ via, forum, thread = true }: DiscordDestinationConfig): boolean {
  return forum || (via === "bot" && thread);
}

/** What a destination is and does, in one line, without a secret. */
export function describeDestination(destination: DiscordDestinationConfig): string {
  return [
    ...placeOf(destination),
    ...threadsOf(destination),
    ...tagsOf(destination),
    ...describeDelivery(destination),
    ...tlsOf(destination),
  ].join(", ");
}

function placeOf(destination: DiscordDestinationConfig): readonly string[] {
  const { forum } = destination;
  if (destination.via === "bot") return ["bot", `${forum ? "forum" : "channel"} ${destination.channelId}`];
  return ["webhook", forum ? "forum" : "text channel"];
}

function threadsOf({ via, forum, thread = true }: DiscordDestinationConfig): readonly string[] {
  if (forum) return ["a post for each alert"];
  if (via === "webhook") return ["no threads (a webhook cannot start them)"];
  return [thread ? "a thread for each alert" : "no threads"];
}

function tagsOf({ forumTagIds = {} }: DiscordDestinationConfig): readonly string[] {
  const tags = Object.entries(forumTagIds).filter(([, ids]) => ids.length > 0);
  return tags.length === 0
    ? []
    : [`tags ${tags.map(([condition, ids]) => `${ids.join(" ")} for ${condition}`).join(" and ")}`];
}

function tlsOf(destination: DiscordDestinationConfig): readonly string[] {
  const tls = destination.via === "webhook" ? destination.tls : undefined;
  if (tls === undefined) return [];
  return [
    ...(tls.isVerified ? [] : ["the server's certificate is not checked"]),
    ...(tls.caPem === undefined ? [] : ["an authority of its own"]),
    ...(tls.certPem === undefined ? [] : ["a certificate of ours"]),
  ];
}
