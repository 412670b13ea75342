import { type Static, Type } from "typebox";

const Name = { minLength: 1, maxLength: 64 };

/** A Discord webhook. Exactly one of `webhook_url` and `webhook_url_file` is needed. */
const Destination = Type.Object(
  {
    kind: Type.Literal("discord"),
    webhook_url: Type.Optional(
      Type.String({ description: "Best taken from the environment, so that this file holds no secret." }),
    ),
    webhook_url_file: Type.Optional(Type.String({ description: "A file that holds the URL, relative to this file." })),
    username: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
    avatar_url: Type.Optional(Type.String({ pattern: "^https?://", title: "an http or https URL" })),
    forum: Type.Optional(Type.Boolean({ description: "Whether the channel is a forum: each alert becomes a post." })),
  },
  { additionalProperties: false },
);

const Severity = Type.Enum(["info", "warn", "critical"]);
const Topic = Type.String({ minLength: 1, maxLength: 256 });

const Route = Type.Object(
  {
    name: Type.Optional(Type.String(Name)),
    match: Type.Optional(
      Type.Object(
        {
          severity: Type.Optional(Type.Union([Severity, Type.Array(Severity, { minItems: 1 })])),
          topic: Type.Optional(Type.Union([Topic, Type.Array(Topic, { minItems: 1 })])),
        },
        { additionalProperties: false },
      ),
    ),
    destinations: Type.Array(Type.String(Name), { minItems: 1, title: "a list of at least one name" }),
    continue: Type.Optional(Type.Boolean({ description: "Whether later routes are tried as well." })),
  },
  { additionalProperties: false },
);

/** A service with a URL that holds credentials. Exactly one of `url` and `url_file` is needed. */
const ServiceUrl = {
  url: Type.Optional(
    Type.String({ description: "Best taken from the environment, so that this file holds no secret." }),
  ),
  url_file: Type.Optional(Type.String({ description: "A file that holds the URL, relative to this file." })),
};

const Database = Type.Object(
  {
    ...ServiceUrl,
    schema: Type.Optional(
      Type.String({
        pattern: "^(?!pg_)[a-z_][a-z0-9_]{0,62}$",
        title: "a name of small letters, digits and _, which does not begin with a digit or pg_",
        description: "The schema that holds the tables; made when it is not there.",
      }),
    ),
  },
  { additionalProperties: false, description: "Postgres. Absent: SQLite in the data directory." },
);

const Redis = Type.Object(
  {
    ...ServiceUrl,
    prefix: Type.Optional(
      Type.String({
        pattern: "^[A-Za-z0-9_.-]{1,64}$",
        title: "a name of letters, digits, _ . -",
        description: "What the names of all keys begin with.",
      }),
    ),
  },
  { additionalProperties: false, description: "Redis. Absent: limits and wakes are in memory." },
);

/** What `tocsin.yaml` may hold. */
export const ConfigSchema = Type.Object(
  {
    destinations: Type.Optional(
      Type.Record(Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$" }), Destination, {
        additionalProperties: false,
      }),
    ),
    routes: Type.Optional(Type.Array(Route)),
    server: Type.Optional(
      Type.Object(
        {
          host: Type.Optional(Type.String({ minLength: 1 })),
          port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65535 })),
          body_limit_bytes: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 * 1024 * 1024 })),
        },
        { additionalProperties: false },
      ),
    ),
    database: Type.Optional(Database),
    redis: Type.Optional(Redis),
  },
  { additionalProperties: false },
);

/** The file as it is written, after substitution. */
export type ConfigFile = Static<typeof ConfigSchema>;
