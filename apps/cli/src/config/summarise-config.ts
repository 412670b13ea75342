import type { RelayConfig } from "@tocsin/relay";
import { describeDestination, hasThreads } from "./describe-destination.ts";
import { describeRoute } from "./describe-route.ts";
import { notesOn } from "./notes-on.ts";

/** What a checked configuration does, for people (`summary`) and machines. Holds no secret. */
export interface ConfigSummary {
  readonly destinations: readonly {
    readonly name: string;
    readonly via: "webhook" | "bot";
    /** Known of bots only: a webhook's address does not say it. */
    readonly channel_id?: string;
    readonly forum: boolean;
    /** Whether each alert has a thread or post of its own, unless a route says otherwise. */
    readonly threads: boolean;
    readonly summary: string;
  }[];
  /** In the order in which they are tried. */
  readonly routes: readonly {
    readonly name?: string;
    readonly destinations: readonly string[];
    readonly continue: boolean;
    readonly summary: string;
  }[];
  /** What is allowed and may still be a slip. */
  readonly notes: readonly string[];
}

/** Sums up what each destination and route will do. Pure. */
export function summariseConfig(config: Pick<RelayConfig, "destinations" | "routes">): ConfigSummary {
  const { destinations, routes } = config;
  return {
    destinations: Object.entries(destinations).map(([name, destination]) => ({
      name,
      via: destination.via,
      ...(destination.via === "bot" ? { channel_id: destination.channelId } : {}),
      forum: destination.forum,
      threads: hasThreads(destination),
      summary: describeDestination(destination),
    })),
    routes: routes.map((route) => ({
      ...(route.name === undefined ? {} : { name: route.name }),
      destinations: route.destinations,
      continue: route.continue ?? false,
      summary: describeRoute(route),
    })),
    notes: notesOn(config),
  };
}
