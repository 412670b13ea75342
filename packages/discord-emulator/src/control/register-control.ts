import type { FastifyInstance } from "fastify";
import type { DispatchBus } from "../dispatch/bus.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { CLOSE } from "../gateway/opcodes.ts";
import { isCrossOrigin } from "../http/host-guard.ts";
import type { Services } from "../http/services.ts";
import { registerActingRoutes } from "./acting-routes.ts";
import { registerBotRoutes } from "./bot-routes.ts";
import { registerConsentRoutes } from "./consent-routes.ts";
import { sendControl, sendControlError } from "./control-answer.ts";
import { registerEventStream } from "./event-stream.ts";
import { registerFaultRoutes } from "./fault-routes.ts";
import { registerGatewayRoutes } from "./gateway-routes.ts";
import { registerGuildRoutes } from "./guild-routes.ts";
import { registerInteractionRoutes } from "./interaction-routes.ts";
import { registerInteractionViewRoutes } from "./interaction-view-routes.ts";
import { registerMemberRoutes } from "./member-routes.ts";
import { registerViewRoutes } from "./view-routes.ts";

/** The control API below `/_control`: what only a person or Discord itself can do. No credentials; pages of other origins are refused. */
export function registerControl(
  server: FastifyInstance,
  services: Services,
  bus: DispatchBus,
  gateway: Gateway,
  setLimits: SetLimits,
): void {
  server.register(
    async (app) => {
      app.addHook("onRequest", async (request, reply) => {
        if (isCrossOrigin(request.headers)) return sendControlError(reply, 403, "Pages of other origins are refused.");
      });
      app.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
        const { statusCode = 500 } = error;
        if (statusCode === 413) return sendControlError(reply, 413, "The request body is too large.");
        if (statusCode < 500) return sendControlError(reply, 400, "The request cannot be read.");
        return sendControlError(reply, 500, "The emulator failed.");
      });
      registerFaultRoutes(app, services, setLimits);
      registerActingRoutes(app, services.world);
      registerBotRoutes(app, services.world, (botId) => gateway.end({ botId }, CLOSE.authenticationFailed));
      registerGatewayRoutes(app, services.world, gateway);
      registerGuildRoutes(app, services.world);
      registerMemberRoutes(app, services.world);
      registerConsentRoutes(app, services.world);
      registerInteractionRoutes(app, services, bus);
      registerInteractionViewRoutes(app, services.world);
      registerViewRoutes(app, services.world, () => services.limits.profile);
      registerEventStream(app, bus);
      app.get("/stats", (_request, reply) =>
        sendControl(reply, 200, {
          ...services.journal.counts(),
          invalid_requests: services.invalidRequests.totalCount(),
          limits: services.limits.profile,
        }),
      );
      app.get("/requests", (_request, reply) => sendControl(reply, 200, services.journal.requests()));
      app.setNotFoundHandler((_request, reply) => sendControlError(reply, 404, "There is no such control route."));
    },
    { prefix: "/_control" },
  );
}

type SetLimits = (profile: Services["limits"]["profile"]) => void;
