import type { Route } from "@tocsin/engine";
import type { ConfigFile } from "./config-schema.ts";

type DeliveryFile = NonNullable<NonNullable<ConfigFile["routes"]>[number]["delivery"]>;

/** How alerts are shown, as a destination or a route says it. */
export type DeliveryOptions = NonNullable<Route["delivery"]>;

/** The options under the engine's names; what is not said stays open. */
export function resolveDelivery(file: DeliveryFile): DeliveryOptions {
  const { thread, escalation, mentions, silent, pack, digest } = file;
  return {
    ...(thread === undefined ? {} : { thread }),
    ...(escalation === undefined ? {} : { escalation }),
    ...(mentions === undefined ? {} : { mentions: toMentions(mentions) }),
    ...(silent === undefined ? {} : { silent }),
    ...(pack === undefined ? {} : { pack }),
    ...(digest === undefined ? {} : { digest: { minCount: digest.min_count } }),
  };
}

function toMentions({ min_severity: minSeverity, ...whom }: NonNullable<DeliveryFile["mentions"]>) {
  return { ...whom, ...(minSeverity === undefined ? {} : { minSeverity }) };
}
