import type { RelayConfig } from "@tocsin/relay";

/** How alerts are shown, as a destination or a route says it. */
type Delivery = NonNullable<RelayConfig["routes"][number]["delivery"]>;

const ESCALATION = {
  reply: "a note when it gets worse",
  ping: "a note that pings when it gets worse",
  edit: "no more than an edit when it gets worse",
} as const;

/** What is said beside threads, each in a few words; what is left open is left out. */
export function describeDelivery(delivery: Delivery): readonly string[] {
  const { escalation, mentions, silent = [], pack, digest } = delivery;
  return [
    ...(escalation === undefined ? [] : [ESCALATION[escalation]]),
    ...(mentions === undefined ? [] : [describeMentions(mentions)]),
    ...(silent.length === 0 ? [] : [`no sound for ${silent.join(" and ")}`]),
    ...(pack === undefined ? [] : [pack ? "alerts may share a message" : "one message for each alert"]),
    ...(digest === undefined ? [] : [`a digest when ${digest.minCount} alerts wait`]),
  ];
}

function describeMentions({
  users = [],
  roles = [],
  everyone,
  minSeverity,
}: NonNullable<Delivery["mentions"]>): string {
  const whom = [
    ...users.map((id) => `user ${id}`),
    ...roles.map((id) => `role ${id}`),
    ...(everyone ? ["everyone"] : []),
  ];
  const from = minSeverity === undefined || minSeverity === "info" ? "" : ` from ${minSeverity} on`;
  return whom.length === 0 ? "pings nobody" : `pings ${whom.join(" and ")}${from}`;
}
