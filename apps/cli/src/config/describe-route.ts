import type { RelayConfig } from "@tocsin/relay";
import { describeDelivery } from "./describe-delivery.ts";

type Route = RelayConfig["routes"][number];

/** Which alerts a route takes, where they go, and how they look there if that is its business. */
export function describeRoute(route: Route): string {
  const { match: { severity, topic } = {}, destinations, delivery = {} } = route;
  const conditions = [
    ...(severity === undefined ? [] : [`severity ${severity.join(" or ")}`]),
    ...(topic === undefined ? [] : [`topic ${topic.join(" or ")}`]),
  ];
  const shown = [
    ...(delivery.thread === undefined ? [] : [delivery.thread ? "a thread for each alert" : "no threads"]),
    ...describeDelivery(delivery),
  ];
  return [
    `${conditions.length === 0 ? "every alert" : conditions.join(" and ")} → ${destinations.join(" and ")}`,
    ...shown,
    ...(route.continue ? ["then later routes are tried too"] : []),
  ].join(", ");
}
