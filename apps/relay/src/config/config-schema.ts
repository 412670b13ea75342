import { type Static, Type } from "typebox";
import { DELIVERY_FIELDS, ForumTags, Id, Severity } from "./delivery-schema.ts";

const Name = { minLength: 1, maxLength: 64 };

const Secret = Type.Optional(
  Type.String({ description: "Best taken from the environment, so that this file holds no secret." }),
);
const SecretFile = Type.Optional(Type.String({ description: "A file that holds it, relative to this file." }));
const PemFile = Type.Optional(Type.String({ minLength: 1, description: "A PEM file, relative to this file." }));

/**
 * A channel of Discord, by a webhook (`webhook_url` or `webhook_url_file`) or by a bot (`bot_token` or `bot_token_file`,
 * and `channel_id`). Which keys go with which is checked after the form.
 */
const Destination = Type.Object(
  {
    kind: Type.Literal("discord"),
    webhook_url: Secret,
    webhook_url_file: SecretFile,
    bot_token: Secret,
    bot_token_file: SecretFile,
    channel_id: Type.Optional(Id),
    guild_id: Type.Optional(Id),
    username: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
    avatar_url: Type.Optional(Type.String({ pattern: "^https?://", title: "an http or https URL" })),
    forum: Type.Optional(Type.Boolean({ description: "Whether the channel is a forum: each alert becomes a post." })),
    forum_tags: Type.Optional(ForumTags),
    ...DELIVERY_FIELDS,
    ssl_ca: PemFile,
    ssl_cert: PemFile,
    ssl_key: PemFile,
    insecure_skip_verify: Type.Optional(Type.Boolean({ description: "Takes any certificate of the server." })),
  },
  { additionalProperties: false },
);

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
    delivery: Type.Optional(
      Type.Object(DELIVERY_FIELDS, {
        additionalProperties: false,
        description: "How the alerts that it takes are shown; what is not said here, the destination says.",
      }),
    ),
  },
  { additionalProperties: false },
);

/** A service with a URL that holds credentials. Exactly one of `url` and `url_file` is needed. */
const ServiceUrl = { url: Secret, url_file: SecretFile };

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
