import type { Alert } from "@tocsin/alert";
import { type DeliveryOptions, type ResolvedDelivery, resolveDelivery } from "./delivery-options.ts";
import { type Destination, type OrganizationConfig, routedDelivery } from "./routing.ts";

/** A destination as its lane works on it. */
export interface LaneView {
  readonly destination: Destination;
  /** How an alert is to be shown there, by what the routes and the destination say. */
  readonly deliveryOf: (alert: Alert) => ResolvedDelivery;
  /** How far into the row a plan looks, so that messages get full where many wait. 0: no further than it sends. */
  readonly lookCount: number;
}

/** Enough for as many full messages as are sent together. */
const PACK_LOOK_COUNT = 50;
/** As many as one list takes. */
const DIGEST_LOOK_COUNT = 200;

/** The view of one destination; `undefined` for one that is not configured. Pure. */
export function laneViewOf(config: OrganizationConfig | undefined, laneId: string): LaneView | undefined {
  if (config === undefined || !Object.hasOwn(config.destinations, laneId)) return undefined;
  const destination = config.destinations[laneId] as Destination;
  const { startsThreads } = destination.transport.capabilities;
  const resolve = (routed: DeliveryOptions) => resolveDelivery(destination, routed, { startsThreads });
  const possible = [{}, ...config.routes.map((route) => route.delivery ?? {})].map(resolve);
  return {
    destination,
    deliveryOf(alert) {
      const routed = routedDelivery(alert, laneId, config);
      // What routes take elsewhere by now is kept up to date here, and announced there.
      return routed === null ? { ...resolve({}), escalation: "edit" } : resolve(routed);
    },
    lookCount: lookCountOf(possible, destination.forum === true),
  };
}

function lookCountOf(possible: readonly ResolvedDelivery[], isForum: boolean): number {
  if (isForum) return 0;
  if (possible.some(({ digest }) => digest !== null)) return DIGEST_LOOK_COUNT;
  return possible.some(({ pack, thread }) => pack && !thread) ? PACK_LOOK_COUNT : 0;
}
