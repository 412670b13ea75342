import type { FastifyInstance, FastifyRequest } from "fastify";
import { refuse, refuseStatus } from "../errors/refusal.ts";
import type { DiscordRoute } from "./call.ts";
import { createDeliver, type Deliver, toDelivery } from "./delivery.ts";
import { createObserver } from "./observe.ts";
import { type Served, serve } from "./serve.ts";
import type { Services } from "./services.ts";

/** Registers Discord's routes below `/api`. Every request there, also a refused one, is written down in the journal. */
export function registerDiscordApi(server: FastifyInstance, services: Services, routes: readonly DiscordRoute[]): void {
  server.register(async (app) => {
    const observer = createObserver(services);
    const deliver = createDeliver(() => services.world.state.now() + services.clockSkewMs);
    const handle = (work: (request: FastifyRequest) => Promise<Served>) => ({
      handler: async (request: FastifyRequest, reply: Parameters<Deliver>[0]) => {
        const served = await work(request);
        observer.finish(request, served);
        return deliver(reply, served.delivery);
      },
    });
    app.addHook("onRequest", async (request, reply) => observer.start(request, reply));
    app.setErrorHandler((error: { statusCode?: number }, request, reply) => {
      const delivery = toDelivery(refuseBroken(error.statusCode ?? 500));
      observer.finish(request, { delivery });
      return deliver(reply, delivery);
    });
    for (const route of routes) {
      app.route({
        method: route.method,
        url: `/api${route.path}`,
        ...handle((request) => serve(services, route, request)),
      });
    }
    const outdated = handle(async () => ({ delivery: toDelivery(refuse(50041)) }));
    const unknown = handle(async (request) => ({ delivery: toDelivery(refuseUnknownRoute(routes, request)) }));
    app.all("/api/unsupported-version", outdated.handler);
    app.all("/api/*", unknown.handler);
  });
}

/** What Discord says when a request could not even be read. */
function refuseBroken(status: number) {
  if (status === 413) return refuse(40005);
  return status < 500 ? refuse(50109) : refuseStatus(500, "Internal Server Error");
}

/** 405 where another method would do, 404 elsewhere. */
function refuseUnknownRoute(routes: readonly DiscordRoute[], request: FastifyRequest) {
  const segments = (request.url.split("?")[0] ?? "").split("/").slice(2);
  const isKnown = routes.some(({ path }) => {
    const template = path.split("/").slice(1);
    return (
      template.length === segments.length &&
      template.every((part, index) => part.startsWith(":") || part === segments[index])
    );
  });
  return isKnown ? refuseStatus(405, "Method Not Allowed") : refuseStatus(404, "Not Found");
}
