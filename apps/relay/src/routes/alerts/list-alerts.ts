import type { AlertQuery } from "@tocsin/engine";
import type { FastifyInstance } from "fastify";
import { type Static, Type } from "typebox";
import { organizationIdOf, secured } from "../../plugins/authentication.ts";
import type { RelayPluginOptions } from "../../relay-plugin-options.ts";
import { AlertRef, toWireAlert } from "../../wire/alert.ts";
import { errorResponses } from "../../wire/error.ts";

const PER_PAGE_MAX_COUNT = 100;

/** Far beyond any list that somebody pages through; offsets stay safe integers. */
const PAGE_MAX = 1_000_000;

const Query = Type.Object(
  {
    page: Type.Optional(Type.Integer({ minimum: 1, maximum: PAGE_MAX, default: 1 })),
    per_page: Type.Optional(Type.Integer({ minimum: 1, maximum: PER_PAGE_MAX_COUNT, default: 20 })),
    status: Type.Optional(Type.Enum(["active", "resolved"])),
    severity: Type.Optional(Type.Enum(["info", "warn", "critical"])),
    // PostgreSQL can neither store nor compare a NUL character.
    monitor_id: Type.Optional(
      Type.String({ minLength: 1, maxLength: 256, pattern: "^[^\u0000]*$", title: "text of 1 to 256 characters" }),
    ),
  },
  { additionalProperties: false },
);

const Answer = Type.Object({
  data: Type.Array(AlertRef),
  meta: Type.Object({
    page: Type.Integer(),
    per_page: Type.Integer(),
    total: Type.Integer({ description: "How many alerts match, on all pages." }),
  }),
});

const schema = {
  operationId: "listAlerts",
  tags: ["alerts"],
  summary: "List alerts",
  querystring: Query,
  response: {
    200: { description: "Newest first.", content: { "application/json": { schema: Answer } } },
    ...errorResponses("invalid_request", "unauthorized", "forbidden"),
  },
};

/** `GET /alerts` */
export function listAlerts(app: FastifyInstance, { engine }: RelayPluginOptions): void {
  app.get("/alerts", { ...secured(engine.keys, "read"), schema }, async (request) => {
    const query = toAlertQuery(request.query as Static<typeof Query>);
    const { records, total } = await engine.forOrganization(organizationIdOf(request)).list(query);
    return { data: records.map(toWireAlert), meta: { page: query.page, per_page: query.perPage, total } };
  });
}

function toAlertQuery(query: Static<typeof Query>): AlertQuery {
  return {
    page: query.page ?? 1,
    perPage: query.per_page ?? 20,
    ...(query.status === undefined ? {} : { status: query.status }),
    ...(query.severity === undefined ? {} : { severity: query.severity }),
    ...(query.monitor_id === undefined ? {} : { monitorId: query.monitor_id }),
  };
}
