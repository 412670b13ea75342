import { Type } from "typebox";

/** Which lists of a Discord message have how many at most: https://docs.discord.com/developers/resources/message */
const MENTION_MAX_COUNT = 100;
/** https://docs.discord.com/developers/resources/channel: `applied_tags`. */
const TAG_MAX_COUNT = 5;
/** Below two there is nothing to fold; a list of more alerts than this is no longer read. */
const DIGEST_COUNT = { minimum: 2, maximum: 200 };

/** What an id of Discord must be, as mistakes say it. */
export const ID_EXPECTED = "an id of 17 to 20 digits, in quotes";

/** An id of Discord. Text: as a number it would lose its last digits. https://docs.discord.com/developers/reference */
export const Id = Type.String({ pattern: "^[0-9]{17,20}$", title: ID_EXPECTED });

const idsUpTo = (maxItems: number) =>
  Type.Array(Id, {
    maxItems,
    uniqueItems: true,
    title: `a list of at most ${maxItems} ids, none twice, each of 17 to 20 digits in quotes`,
  });

export const Severity = Type.Enum(["info", "warn", "critical"]);
const Condition = Type.Enum(["info", "warn", "critical", "resolved"]);

const TagIds = Type.Optional(idsUpTo(TAG_MAX_COUNT));

export const ForumTags = Type.Object(
  { info: TagIds, warn: TagIds, critical: TagIds, resolved: TagIds },
  { additionalProperties: false, description: "Ids of the forum's tags for alerts of a severity, and resolved ones." },
);

/** How alerts are shown: for a destination, and for a route that says it otherwise. */
export const DELIVERY_FIELDS = {
  thread: Type.Optional(
    Type.Boolean({ description: "Whether each alert gets a thread. A bot's do by themselves; a webhook cannot." }),
  ),
  escalation: Type.Optional(
    Type.Enum(["reply", "ping", "edit"], {
      description: "What becomes known of an alert that gets more severe, beside the edit, which notifies nobody.",
    }),
  ),
  mentions: Type.Optional(
    Type.Object(
      {
        users: Type.Optional(idsUpTo(MENTION_MAX_COUNT)),
        roles: Type.Optional(idsUpTo(MENTION_MAX_COUNT)),
        everyone: Type.Optional(Type.Boolean()),
        min_severity: Type.Optional(Severity),
      },
      { additionalProperties: false, description: "Who is pinged by a new message." },
    ),
  ),
  silent: Type.Optional(
    Type.Array(Condition, {
      uniqueItems: true,
      title: 'a list of "info", "warn", "critical", "resolved", none twice',
      description: "What arrives without a sound.",
    }),
  ),
  pack: Type.Optional(
    Type.Boolean({ description: "Whether alerts may share a message while more wait than Discord lets through." }),
  ),
  digest: Type.Optional(
    Type.Object(
      { min_count: Type.Integer(DIGEST_COUNT) },
      { additionalProperties: false, description: "Folds alerts that wait into one list as soon as so many do." },
    ),
  ),
};
