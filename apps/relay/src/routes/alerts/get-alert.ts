import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { organizationIdOf, secured } from "../../plugins/authentication.ts";
import type { RelayPluginOptions } from "../../relay-plugin-options.ts";
import { AlertRef, toWireAlert } from "../../wire/alert.ts";
import { errorResponses } from "../../wire/error.ts";
import { NotificationRef, toWireNotification } from "../../wire/notification.ts";
import { sendError } from "../../wire/send-error.ts";

/** What an alert's id can look like. Anything else is not looked up: no such alert exists. */
const ALERT_ID = /^[A-Za-z0-9_-]{1,64}$/;

const Answer = Type.Object({
  data: Type.Intersect([AlertRef, Type.Object({ notifications: Type.Array(NotificationRef) })]),
});

const schema = {
  operationId: "getAlert",
  tags: ["alerts"],
  summary: "Get one alert, and what its destinations show of it",
  params: Type.Object({ id: Type.String() }),
  response: {
    200: { description: "The alert.", content: { "application/json": { schema: Answer } } },
    ...errorResponses("unauthorized", "forbidden", "alert_not_found"),
  },
};

/** `GET /alerts/:id` */
export function getAlert(app: FastifyInstance, { engine }: RelayPluginOptions): void {
  app.get<{ Params: { id: string } }>(
    "/alerts/:id",
    { ...secured(engine.keys, "read"), schema },
    async (request, reply) => {
      const { id } = request.params;
      const found = ALERT_ID.test(id) ? await engine.forOrganization(organizationIdOf(request)).get(id) : null;
      if (found === null)
        return sendError(reply, { code: "alert_not_found", message: "There is no alert with this id." });
      return { data: { ...toWireAlert(found.record), notifications: found.notifications.map(toWireNotification) } };
    },
  );
}
