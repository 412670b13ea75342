import type { Engine, EngineStatus } from "@tocsin/engine";
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { errorResponses } from "../wire/error.ts";
import { sendError } from "../wire/send-error.ts";

export interface ReadyzOptions {
  readonly engine: Engine;
  readonly isClosing: () => boolean;
}

const Answer = Type.Object(
  {
    status: Type.Literal("ready"),
    open_delivery_count: Type.Integer({ minimum: 0 }),
    dead_delivery_count: Type.Integer({ minimum: 0 }),
    oldest_undelivered_critical_ms: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  },
  { description: "Alerts are accepted." },
);

const schema = {
  operationId: "readyz",
  tags: ["operation"],
  summary: "Whether alerts are accepted now",
  response: { 200: Answer, ...errorResponses() },
};

/** `GET /readyz`: 200 while alerts can be accepted, else 503 with `details.missing`. */
export function readyz(app: FastifyInstance, { engine, isClosing }: ReadyzOptions): void {
  app.get("/readyz", { schema }, async (request, reply) => {
    if (isClosing()) return notReady("listener", "The relay is shutting down.");
    let status: EngineStatus;
    try {
      status = await engine.status();
    } catch (error) {
      request.log.warn({ err: error }, "engine status failed");
      return notReady("store", "The store does not answer.");
    }
    if (status.store !== "ok") return notReady("store", "The store does not take writes.");
    return {
      status: "ready",
      open_delivery_count: status.openDeliveryCount,
      dead_delivery_count: status.deadDeliveryCount,
      oldest_undelivered_critical_ms: status.oldestUndeliveredCriticalMs,
    };

    function notReady(missing: string, message: string) {
      return sendError(reply, { code: "unavailable", message, details: { missing: [missing] } });
    }
  });
}
