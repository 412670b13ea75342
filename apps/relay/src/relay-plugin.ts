import type { FastifyInstance } from "fastify";
import { handleNotFound, refuseUnknownRoute } from "./plugins/error-handling.ts";
import { httpConventions } from "./plugins/http-conventions.ts";
import type { RelayPluginOptions } from "./relay-plugin-options.ts";
import { createAlert } from "./routes/alerts/create-alert.ts";
import { getAlert } from "./routes/alerts/get-alert.ts";
import { listAlerts } from "./routes/alerts/list-alerts.ts";

/**
 * The relay's routes as a Fastify 5 plugin: `app.register(relayPlugin, { engine, prefix: "/tocsin" })`.
 *
 * Everything stays inside the plugin's scope: error handler, body parsers, validation and spans of the surrounding server
 * are neither used nor changed. With a prefix, unknown paths below it answer the relay's 404; without one, they are the
 * server's. Body limit and request log are the server's too.
 */
export async function relayPlugin(app: FastifyInstance, options: RelayPluginOptions): Promise<void> {
  await app.register(httpConventions);
  if (app.prefix !== "") {
    app.addHook("onRequest", refuseUnknownRoute);
    app.setNotFoundHandler(handleNotFound);
  }
  for (const route of [createAlert, listAlerts, getAlert]) route(app, options);
}
