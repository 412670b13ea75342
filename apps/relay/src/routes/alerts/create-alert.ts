import { AlertInputSchema, type Issue, parseAlert } from "@tocsin/alert";
import type { FastifyInstance } from "fastify";
import { type Static, type TSchema, Type } from "typebox";
import { describeValue } from "../../find-mismatches.ts";
import { organizationIdOf, secured } from "../../plugins/authentication.ts";
import type { RelayPluginOptions } from "../../relay-plugin-options.ts";
import { AlertRef, toWireAlert } from "../../wire/alert.ts";
import { errorResponses } from "../../wire/error.ts";
import { sendError } from "../../wire/send-error.ts";

const Headers = Type.Object({
  // Two header lines of that name arrive joined by a comma and a space: no key.
  "idempotency-key": Type.Optional(
    Type.String({
      pattern: "^[\\x21-\\x7e]{1,255}$",
      title: "1 to 255 visible ASCII characters",
      description: "The same key with the same alert answers the first result again, for 24 hours.",
    }),
  ),
});

const ReplayHeader = {
  "Idempotency-Replayed": { type: "string", enum: ["true"], description: "This answers an earlier request once more." },
};

const EXAMPLE = {
  title: "Disk almost full",
  severity: "warn",
  context: { host: "db1", used_percent: 91 },
  action_hint: "Delete old backups or grow the volume.",
  dedup_key: "disk:db1",
};

function answer(description: string): TSchema {
  return {
    description,
    headers: ReplayHeader,
    content: { "application/json": { schema: Type.Object({ data: AlertRef }) } },
  };
}

const schema = {
  operationId: "createAlert",
  tags: ["alerts"],
  summary: "Raise an alert",
  description:
    "Answers when the alert is stored: then it will be delivered. An active alert with the same `dedup_key` is updated instead.",
  headers: Headers,
  body: { ...AlertInputSchema, examples: [EXAMPLE] },
  response: {
    200: answer("An active alert with this `dedup_key` was updated."),
    201: answer("A new alert."),
    ...errorResponses(
      "invalid_request",
      "unauthorized",
      "forbidden",
      "payload_too_large",
      "unsupported_media_type",
      "idempotency_mismatch",
    ),
  },
};

/** `POST /alerts` */
export function createAlert(app: FastifyInstance, { engine }: RelayPluginOptions): void {
  app.post<{ Headers: Static<typeof Headers> }>(
    "/alerts",
    { ...secured(engine.keys, "send"), schema },
    async (request, reply) => {
      const parsed = parseAlert(request.body);
      if (parsed.kind === "invalid") {
        return sendError(reply, {
          code: "invalid_request",
          message: summarize(parsed.issues),
          details: parsed.issues,
        });
      }

      const idempotencyKey = request.headers["idempotency-key"];
      const result = await engine
        .forOrganization(organizationIdOf(request))
        .accept(parsed.alert, idempotencyKey === undefined ? {} : { idempotencyKey });

      switch (result.kind) {
        case "idempotency-mismatch":
          return sendError(reply, {
            code: "idempotency_mismatch",
            message: "This Idempotency-Key was used with another alert. Use a new key for a new alert.",
          });
        case "unknown-channel": {
          const known = result.known.join(", ") || "none";
          const found = describeValue(result.channel);
          const path = pathOfChannel(request.body, result.channel);
          const message = `${path}: there is no channel ${found}; known are ${known}.`;
          return sendError(reply, {
            code: "invalid_request",
            message,
            details: [{ path, found, expected: `one of: ${known}`, message }],
          });
        }
        default:
          if (result.replayed) reply.header("idempotency-replayed", "true");
          return reply.code(result.kind === "created" ? 201 : 200).send({ data: toWireAlert(result.record) });
      }
    },
  );
}

/** Where the caller wrote the name; the whole list when normalising changed it. */
function pathOfChannel(body: unknown, channel: string): string {
  const { channels } = body as { readonly channels?: unknown };
  const index = Array.isArray(channels) ? channels.indexOf(channel) : -1;
  return index === -1 ? "/channels" : `/channels/${index}`;
}

function summarize([first, ...more]: readonly Issue[]): string {
  const message = first?.message ?? "The alert is not valid";
  if (more.length > 0) return `${message} (and ${more.length} more).`;
  return message.endsWith("?") ? message : `${message}.`;
}
