import type { DiscordDestinationConfig, RelayConfig } from "@tocsin/relay";
import { hasThreads } from "./describe-destination.ts";
import { unroutedSeverities } from "./unrouted-severities.ts";

/** What is allowed in a configuration and may still be a slip. One sentence each. Pure. */
export function notesOn({ destinations, routes }: Pick<RelayConfig, "destinations" | "routes">): readonly string[] {
  const routed = new Set(routes.flatMap((route) => route.destinations));
  const unrouted = unroutedSeverities(routes);
  return [
    ...Object.entries(destinations).flatMap(([name, destination]) => idleOptions(name, destination)),
    ...Object.keys(destinations)
      .filter((name) => !routed.has(name))
      .map((name) => `no route leads to ${name}: only alerts that name it under channels get there`),
    ...(unrouted.length === 0
      ? []
      : [
          `without a topic, alerts of severity ${unrouted.join(", ")} match no route: they are stored and shown nowhere`,
        ]),
  ];
}

/** Options that change nothing where they stand. */
function idleOptions(name: string, destination: DiscordDestinationConfig): readonly string[] {
  const { via, forum, thread, pack, digest, forumTagIds } = destination;
  if (!forum) {
    const isIdle = pack === true && hasThreads(destination);
    return isIdle ? [`pack changes nothing at ${name}: an alert with a thread has a message of its own`] : [];
  }
  const idle = Object.entries({ thread: thread === false, pack, digest }).filter(([, isSaid]) => isSaid);
  return [
    ...idle.map(([option]) => `${option} changes nothing at ${name}: each alert of a forum is a post of its own`),
    ...(via === "webhook" && forumTagIds !== undefined
      ? [`at ${name} posts keep the tags that they begin with, and stay open: a webhook can change neither`]
      : []),
  ];
}
