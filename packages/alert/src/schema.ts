import Type, { type Static, type TSchema } from "typebox";
import { codePointCount } from "./code-points.ts";
import { isPlainObject } from "./plain-object.ts";
import { textDefect } from "./text-defect.ts";

/** The longest title, in code points. A title taken from a message is cut to it. */
export const MAX_TITLE_COUNT = 1000;

/** The most entries that a context may have. */
export const MAX_CONTEXT_KEYS = 200;

/** The longest key of a context, in code points. */
export const MAX_CONTEXT_KEY_COUNT = 256;

/** The longest time that a condition held, in seconds: a year. */
const MAX_THRESHOLD_SECONDS = 31_536_000;

/** Well-formed text of at most `maxLength` code points, without U+0000. Code points are what JSON Schema's `maxLength` means, and what Discord counts. */
function text(maxLength: number, description: string) {
  // TypeBox counts graphemes, of which one may hold any number of code points.
  return Type.Refine(
    Type.String({ maxLength, description }),
    (value) =>
      (value.length <= maxLength || (value.length <= 2 * maxLength && codePointCount(value) <= maxLength)) &&
      textDefect(value) === undefined,
  );
}

const description = (text: string) => ({ description: text });

function isWebAddress(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && (url.protocol === "https:" || url.protocol === "http:");
}

/** An `http` or `https` address. */
const WebAddress = Type.Refine(
  Type.String({ maxLength: 2048, format: "uri", pattern: "^[Hh][Tt][Tt][Pp][Ss]?://" }),
  (value) => value.length <= 2048 && textDefect(value) === undefined && isWebAddress(value),
);

const Link = Type.Object(
  { label: Type.Optional(text(256, "What to show instead of the address.")), url: WebAddress },
  { additionalProperties: false },
);

const Threshold = Type.Object(
  {
    value: Type.Number(),
    operator: Type.Enum([">", ">=", "<", "<=", "==", "!="]),
    duration: Type.Number({
      minimum: 0,
      maximum: MAX_THRESHOLD_SECONDS,
      description: "For how long the condition held, in seconds.",
    }),
  },
  { additionalProperties: false, description: "The condition that raised the alert." },
);

const ContextEntry = Type.Union([text(16_384, "Text."), Type.Number(), Type.Boolean()]);

// `Type.Record` makes a pattern that a key with a line feed does not match, and then its value goes unchecked.
const ContextEntries = Type.Unsafe<Record<string, Static<typeof ContextEntry>>>(
  Type.Object(
    {},
    {
      additionalProperties: ContextEntry,
      maxProperties: MAX_CONTEXT_KEYS,
      propertyNames: text(MAX_CONTEXT_KEY_COUNT, "A key."),
    },
  ),
);

// A date or a collection would pass for a map without entries.
const ContextMap = Type.Refine(ContextEntries, isPlainObject);

const Timestamp = Type.Refine(
  Type.String({ format: "date-time", maxLength: 64, description: "When it happened: RFC 3339." }),
  (value) => !Number.isNaN(Date.parse(value)),
);

const fields = {
  title: Type.Optional(text(MAX_TITLE_COUNT, "The issue in one line. Default: the first line of `message`.")),
  message: Type.Optional(text(65_536, "The issue in full.")),
  severity: Type.Optional(
    Type.Enum(
      ["info", "warn", "critical"],
      description("How urgent it is. Default by type: down and error are critical, slow is warn, the others info."),
    ),
  ),
  status: Type.Optional(Type.Enum(["active", "resolved"], description("Default: active."))),
  type: Type.Optional(Type.Enum(["down", "up", "slow", "error", "custom"], description("Default: custom."))),
  context: Type.Optional(
    Type.Union([text(16_384, "The map as a logfmt string: `service=checkout env=prod`."), ContextMap], {
      description: "What is needed to decide: a map of text, numbers and booleans, or a logfmt string.",
    }),
  ),
  action_hint: Type.Optional(text(4096, "The next action for whoever reads the alert.")),
  topic: Type.Optional(text(256, "What the alert belongs to; routes match on it.")),
  monitor_id: Type.Optional(text(256, "The monitor that raised the alert.")),
  dedup_key: Type.Optional(text(256, "An active alert with the same key is updated instead of a new one created.")),
  action: Type.Optional(text(256, "The name of the approval policy whose action this alert asks for.")),
  requested_by: Type.Optional(text(256, "Who asks for the action.")),
  links: Type.Optional(Type.Array(Link, { maxItems: 20 })),
  threshold: Type.Optional(Threshold),
  channels: Type.Optional(
    Type.Array(text(256, "A channel's name."), {
      maxItems: 50,
      description: "Channels to notify beside those that routes choose.",
    }),
  ),
  occurred_at: Type.Optional(Timestamp),
};

/**
 * The alert as it travels: the one source of the TypeScript type, the JSON Schema and the checks.
 *
 * Lengths are in code points and generous: rendering cuts, the schema only refuses absurd sizes. Beyond
 * what JSON Schema can say, text is well-formed and without U+0000, and `parseAlert` asks for a `title` or `message` that is not blank.
 */
export const AlertInputSchema = Type.Object(fields, {
  additionalProperties: false,
  title: "Alert",
  description: "An alert. A title or a message is required.",
  anyOf: [{ required: ["title"] }, { required: ["message"] }],
});

const { title, message, severity, status, type, context, action_hint, links, threshold, occurred_at } = fields;

/** The fields of an alert that an update may change. The others are its identity and its routing. */
export const AlertPatchInputSchema = Type.Object(
  { title, message, severity, status, type, context, action_hint, links, threshold, occurred_at },
  { additionalProperties: false, minProperties: 1, title: "AlertPatch", description: "A change of an alert." },
);

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** The type of what a schema accepts, read only. */
export type InputOf<Schema extends TSchema> = DeepReadonly<Static<Schema>>;

/** An alert as a program raises it, before defaults. The names are those on the wire. */
export type AlertInput = InputOf<typeof AlertInputSchema>;

/** A change of an alert as it travels. */
export type AlertPatchInput = InputOf<typeof AlertPatchInputSchema>;
