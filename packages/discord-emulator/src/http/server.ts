import multipart from "@fastify/multipart";
import fastify, { type FastifyInstance } from "fastify";
import { LIMITS } from "../validate/limits.ts";
import { isTrustedHost } from "./host-guard.ts";
import { normalisePath } from "./normalise-path.ts";

/** A server without routes: bodies arrive as bytes, foreign host names are refused. */
export function createServer(): FastifyInstance {
  const app = fastify({
    bodyLimit: LIMITS.requestBytes,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    // Clients that would like HTTP/2 offer an upgrade with every request: they get their answer without one.
    http: { shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === "websocket" },
    // As long as a request line can be: the router has no words of its own for longer ones.
    routerOptions: { maxParamLength: 65_536 },
    rewriteUrl: (request) => normalisePath(request.url ?? "/"),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  app.register(multipart, {
    limits: { fileSize: LIMITS.fileBytes, fieldSize: LIMITS.requestBytes, files: 50, fields: 100 },
  });
  app.addHook("onRequest", async (request, reply) => {
    if (isTrustedHost(request.headers.host)) return;
    return reply.code(421).type("text/plain").send("The Host header must be localhost or an IP address.\n");
  });
  return app;
}
