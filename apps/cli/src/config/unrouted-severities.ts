import type { Route } from "@tocsin/engine";

const SEVERITIES = ["info", "warn", "critical"] as const;

/** The severities of which an alert without a topic matches no route. */
export function unroutedSeverities(routes: readonly Route[]): readonly string[] {
  return SEVERITIES.filter(
    (severity) =>
      !routes.some(({ match = {} }) => match.topic === undefined && (match.severity?.includes(severity) ?? true)),
  );
}
