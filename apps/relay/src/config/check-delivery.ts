import type { ConfigIssue, DiscordDestinationConfig, RelayConfig } from "./config.ts";
import type { ConfigDocument } from "./config-document.ts";
import type { DeliveryOptions } from "./resolve-delivery.ts";

/** https://docs.discord.com/developers/resources/channel: `applied_tags`. */
const POST_TAG_MAX_COUNT = 5;

type Routing = Pick<RelayConfig, "destinations" | "routes">;

/** What the options ask for and the destinations cannot do, or cannot do without more being said. */
export function checkDelivery(document: ConfigDocument, routing: Routing): readonly ConfigIssue[] {
  return [
    ...Object.entries(routing.destinations).flatMap(([name, destination]) => [
      ...checkTags(document, name, destination),
      ...checkThread(document, ["destinations", name], destination, [[name, destination]]),
    ]),
    ...routing.routes.flatMap(({ delivery = {}, destinations }, index) => {
      const path = ["routes", String(index), "delivery"];
      const targets = destinations.flatMap((name) => {
        const destination = routing.destinations[name];
        return destination === undefined ? [] : [[name, destination] as const];
      });
      return checkThread(document, path, delivery, targets);
    }),
    ...checkPings(document, routing),
  ];
}

function checkTags(
  document: ConfigDocument,
  name: string,
  { forum, forumTagIds }: DiscordDestinationConfig,
): readonly ConfigIssue[] {
  if (forumTagIds === undefined) return [];
  const path = ["destinations", name, "forum_tags"];
  if (!forum) return [document.issueAt(path, { found: "tags without forum: true", expected: "tags only for a forum" })];
  const { resolved = [], ...bySeverity } = forumTagIds;
  return Object.entries(bySeverity).flatMap(([severity, ids]) => {
    const { size } = new Set([...ids, ...resolved]);
    if (size <= POST_TAG_MAX_COUNT) return [];
    return document.issueAt([...path, severity], {
      found: `${size} tags for a resolved alert of severity ${severity}, whose post has those of resolved as well`,
      expected: `at most ${POST_TAG_MAX_COUNT} in all`,
    });
  });
}

function checkThread(
  document: ConfigDocument,
  path: readonly string[],
  { thread }: DeliveryOptions,
  targets: readonly (readonly [name: string, destination: DiscordDestinationConfig])[],
): readonly ConfigIssue[] {
  const unable = targets.filter(([, { via, forum }]) => via === "webhook" && !forum).map(([name]) => name);
  if (thread !== true || unable.length === 0) return [];
  return [
    document.issueAt([...path, "thread"], {
      found: `true for ${unable.join(", ")}, where a webhook posts to a text channel and cannot start threads`,
      expected: "a bot (bot_token and channel_id), or forum: true where the channel is a forum, or no thread",
    }),
  ];
}

/** `escalation: ping` where nobody is named to be pinged would be a promise that nothing keeps. */
function checkPings(document: ConfigDocument, { destinations, routes }: Routing): readonly ConfigIssue[] {
  const isUnrouted = (name: string): boolean => !routes.some((route) => route.destinations.includes(name));
  return [
    ...Object.entries(destinations).flatMap(([name, { escalation, mentions }]) => {
      // A route that says whom to ping, or that nobody is, knows what it does.
      const isUsed = routes.some((route) => route.destinations.includes(name) && isOpen(route.delivery));
      const isIdle = escalation === "ping" && !hasSomebody(mentions) && (isUsed || isUnrouted(name));
      return isIdle ? [pingIssue(document, ["destinations", name, "escalation"], [name])] : [];
    }),
    ...routes.flatMap(({ delivery = {}, destinations: names }, index) => {
      const idle = names.filter((name) => {
        const destination = destinations[name];
        return destination !== undefined && !hasSomebody(delivery.mentions ?? destination.mentions);
      });
      const isIdle = delivery.escalation === "ping" && idle.length > 0;
      return isIdle ? [pingIssue(document, ["routes", String(index), "delivery", "escalation"], idle)] : [];
    }),
  ];
}

const isOpen = ({ escalation, mentions }: DeliveryOptions = {}): boolean =>
  escalation === undefined && mentions === undefined;

const pingIssue = (document: ConfigDocument, path: readonly string[], names: readonly string[]): ConfigIssue =>
  document.issueAt(path, {
    found: `"ping", but nobody to ping at ${names.join(", ")}`,
    expected: "mentions with users, roles or everyone",
  });

const hasSomebody = ({ users = [], roles = [], everyone = false }: DeliveryOptions["mentions"] = {}): boolean =>
  users.length > 0 || roles.length > 0 || everyone;
