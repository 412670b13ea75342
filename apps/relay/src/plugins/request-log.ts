import fastifyPlugin from "fastify-plugin";
import { traceIdOf } from "./tracing.ts";

/** One line a request, when it is answered: method, route, status, time, trace. Never a query, a header or a body. */
export const requestLog = fastifyPlugin(
  async (app) => {
    app.addHook("onResponse", (request, reply, done) => {
      const line = {
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        duration_ms: Math.round(reply.elapsedTime * 10) / 10,
        trace_id: traceIdOf(request),
      };
      const level = isProbe(request.routeOptions.url) ? "debug" : "info";
      request.log[level](line, "answered");
      done();
    });
  },
  { name: "@tocsin/relay/request-log", fastify: "5.x", dependencies: ["@tocsin/relay/tracing"] },
);

function isProbe(route: string | undefined): boolean {
  return route === "/healthz" || route === "/readyz";
}
