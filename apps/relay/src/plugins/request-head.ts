import type { FastifyReply, FastifyRequest } from "fastify";
import fastifyPlugin from "fastify-plugin";
import { sendError } from "../wire/send-error.ts";

/**
 * Refuses, with the envelope, what Node would refuse with a bare status: HTTP/1.1 without `Host`, and expectations other
 * than `100-continue`. The server must be made with `requireHostHeader: false`.
 */
export const requestHead = fastifyPlugin(
  async (app) => {
    // Node answers these itself unless somebody listens.
    app.server.on("checkExpectation", (request, response) => app.server.emit("request", request, response));
    app.addHook("onRequest", async (request, reply) => {
      const message = mistakeIn(request);
      return message === null ? undefined : refuse(reply, message);
    });
  },
  { name: "@tocsin/relay/request-head", fastify: "5.x" },
);

function mistakeIn({ raw }: FastifyRequest): string | null {
  const { host, expect } = raw.headers;
  if (raw.httpVersion === "1.1" && host === undefined) return "The request has no Host header.";
  if (expect !== undefined && expect.toLowerCase() !== "100-continue") {
    return "The Expect header asks for something other than 100-continue.";
  }
  return null;
}

function refuse(reply: FastifyReply, message: string): FastifyReply {
  return sendError(reply, { code: "invalid_request", message });
}
