import type { FastifyInstance, FastifyRequest } from "fastify";
import { refuse, refuseStatus } from "../errors/refusal.ts";
import { isApplication } from "../interactions/authorise-interaction.ts";
import { LIMITS } from "../validate/limits.ts";
import type { DiscordRoute } from "./call.ts";
import { createDeliver, type Deliver, toDelivery } from "./delivery.ts";
import { createObserver } from "./observe.ts";
import { type Served, serve } from "./serve.ts";
import type { Services } from "./services.ts";
import { takeWhole } from "./take-whole.ts";

/** Registers Discord's routes below `/api`. Every request there, also a refused one, is written down in the journal. */
export function registerDiscordApi(server: FastifyInstance, services: Services, routes: readonly DiscordRoute[]): void {
  server.register(async (app) => {
    const observer = createObserver(services);
    const deliver = createDeliver(() => services.world.state.now() + services.clockSkewMs);
    const handle = (work: (request: FastifyRequest) => Promise<Served>) => ({
      handler: async (request: FastifyRequest, reply: Parameters<Deliver>[0]) => {
        const served = await services.outbox.during(reply.raw, () => work(request));
        if (served.delivery.kind === "send") await takeWhole(request.raw, LIMITS.requestBytes);
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
    for (const namesakes of groupNamesakes(routes)) {
      const [{ method, path }] = namesakes;
      const choose = (request: FastifyRequest) => chooseRoute(services, namesakes, request);
      app.route({ method, url: `/api${path}`, ...handle((request) => serve(services, choose(request), request)) });
    }
    const outdated = handle(async () => ({ delivery: toDelivery(refuse(50041)) }));
    const unknown = handle(async (request) => ({ delivery: toDelivery(refuseUnknownRoute(routes, request)) }));
    app.all("/api/unsupported-version", outdated.handler);
    app.all("/api/*", unknown.handler);
  });
}

type Namesakes = readonly [DiscordRoute, ...DiscordRoute[]];

/** Routes that share method and path: webhooks and interactions do. */
function groupNamesakes(routes: readonly DiscordRoute[]): Namesakes[] {
  const groups = Map.groupBy(routes, ({ method, path }) => `${method} ${path}`);
  return [...groups.values()] as unknown as Namesakes[];
}

/** An application's id where a webhook's would be means an interaction. */
function chooseRoute({ world }: Services, [first, ...others]: Namesakes, { params }: FastifyRequest): DiscordRoute {
  if (others.length === 0) return first;
  const isWanted = isApplication(world, (params as Record<string, string>).webhook_id);
  return [first, ...others].find(({ auth }) => (auth === "interaction") === isWanted) ?? first;
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
