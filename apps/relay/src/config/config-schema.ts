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
  },
  { additionalProperties: false },
);

/** The file as it is written, after substitution. */
export type ConfigFile = Static<typeof ConfigSchema>;
