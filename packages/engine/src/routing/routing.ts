import type { Alert, Severity } from "@tocsin/alert";
import type { Transport } from "@tocsin/discord-transport";
import type { DeliveryOptions, ForumTagIds } from "./delivery-options.ts";

/** A named place in Discord, and how messages look there. */
export interface Destination extends DeliveryOptions {
  /** The way in. The engine never closes it. */
  readonly transport: Transport;
  /** Shown as the author of the messages, where the transport can. */
  readonly username?: string;
  readonly avatarUrl?: string;
  /** Whether it is a forum channel: each alert becomes a post of its own. @default false */
  readonly forum?: boolean;
  /** Tags of a forum's posts: those of the alert's severity, and those of resolved ones beside them. At most 5 in sum. */
  readonly forumTagIds?: ForumTagIds;
}

/** What an alert must be for a route to take it. Every given condition must hold; none given takes all. */
export interface RouteMatch {
  readonly severity?: readonly Severity[];
  readonly topic?: readonly string[];
}

/** Where alerts go. Routes are tried in order; the first that matches ends the search unless it says `continue`. */
export interface Route {
  readonly name?: string;
  readonly match?: RouteMatch;
  /** Names of destinations. */
  readonly destinations: readonly string[];
  /** Whether later routes are tried too. @default false */
  readonly continue?: boolean;
  /** How the alerts that it takes are shown; what is not said here, the destination says. */
  readonly delivery?: DeliveryOptions;
}

/** One organisation's configuration. Immutable: a change is another object. */
export interface OrganizationConfig {
  readonly destinations: Readonly<Record<string, Destination>>;
  readonly routes: readonly Route[];
}

function matches(alert: Alert, match: RouteMatch): boolean {
  if (match.severity !== undefined && !match.severity.includes(alert.severity)) return false;
  if (match.topic !== undefined && (alert.topic === undefined || !match.topic.includes(alert.topic))) return false;
  return true;
}

/** The kinds of channel that an alert may name; those that are not configured are skipped. */
const CHANNEL_KINDS = ["discord", "email", "slack", "webhook", "sms"] as const;

/** Names of the destinations for an alert: what routes choose, then what its own `channels` add. Each once. Pure. */
export function chooseDestinations(alert: Alert, config: OrganizationConfig): readonly string[] {
  const chosen = new Set<string>();
  for (const route of config.routes) {
    if (!matches(alert, route.match ?? {})) continue;
    for (const name of route.destinations) chosen.add(name);
    if (route.continue !== true) break;
  }
  for (const name of alert.channels ?? []) if (Object.hasOwn(config.destinations, name)) chosen.add(name);
  return [...chosen];
}

/** What the first route says that brings an alert to a destination; `null` when nothing brings it there. Pure. */
export function routedDelivery(alert: Alert, destination: string, config: OrganizationConfig): DeliveryOptions | null {
  for (const route of config.routes) {
    if (!matches(alert, route.match ?? {})) continue;
    if (route.destinations.includes(destination)) return route.delivery ?? {};
    if (route.continue !== true) break;
  }
  return alert.channels?.includes(destination) ? {} : null;
}

/** What an alert's `channels` may name: destinations, then kinds of channel. */
export const knownChannels = (config: OrganizationConfig): readonly string[] => [
  ...new Set([...Object.keys(config.destinations), ...CHANNEL_KINDS]),
];

/** The first of the alert's `channels` that names neither a destination nor a kind of channel. */
export function findUnknownChannel(alert: Alert, config: OrganizationConfig): string | undefined {
  if (alert.channels === undefined) return undefined;
  const known = knownChannels(config);
  return alert.channels.find((name) => !known.includes(name));
}

/** Kinds of channel that the alert names and that nothing here serves. A destination of that name is no kind. */
export function skippedChannels(alert: Alert, config: OrganizationConfig): readonly string[] {
  const named = alert.channels ?? [];
  return CHANNEL_KINDS.filter(
    (kind) => kind !== "discord" && named.includes(kind) && !Object.hasOwn(config.destinations, kind),
  );
}
