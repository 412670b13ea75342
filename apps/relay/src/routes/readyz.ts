import type { Engine, EngineStatus } from "@tocsin/engine";
import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import { type Static, Type } from "typebox";
import type { Backends } from "../backends/backends.ts";
import { errorResponses } from "../wire/error.ts";
import { sendError } from "../wire/send-error.ts";

export interface ReadyzOptions {
  readonly engine: Engine;
  readonly backends: Pick<Backends, "missing" | "storeName">;
  readonly isClosing: () => boolean;
}

const Answer = Type.Object(
  {
    status: Type.Literal("ready"),
    open_delivery_count: Type.Integer({ minimum: 0 }),
    dead_delivery_count: Type.Integer({ minimum: 0 }),
    oldest_undelivered_critical_ms: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  },
  { description: "Alerts are accepted, and nothing is missing." },
);

const Query = Type.Object(
  {
    exclude: Type.Optional(
      Type.Enum(["redis"], { description: "Not asked for: without it alerts are accepted all the same." }),
    ),
  },
  { additionalProperties: false },
);

const schema = {
  operationId: "readyz",
  tags: ["operation"],
  summary: "Whether alerts are accepted now, and nothing is missing",
  querystring: Query,
  response: { 200: Answer, ...errorResponses("invalid_request") },
};

/**
 * `GET /readyz`: 200 while all is as it should be, else 503 with `details.missing`: `listener` (it is shutting down), `store`
 * or `postgres`, `redis`. Without Redis alerts are accepted all the same, so `?exclude=redis` leaves it out: where all relays
 * share one Redis, its absence would otherwise take all of them out of a load balancer at once.
 */
export function readyz(app: FastifyInstance, { engine, backends, isClosing }: ReadyzOptions): void {
  const { storeName } = backends;

  app.get<{ Querystring: Static<typeof Query> }>("/readyz", { schema }, async (request, reply) => {
    if (isClosing()) return notReady(["listener"], "The relay is shutting down.");
    const missing = backends.missing().filter((name) => name !== request.query.exclude);
    // What is known to be away need not be asked, and waited for.
    const status = missing.includes(storeName) ? null : await statusOf(request.log);
    if (status === null || status.store !== "ok") {
      return notReady([...new Set([storeName, ...missing])], "The store does not take writes.");
    }
    if (missing.length > 0) return notReady(missing, `Alerts are accepted, but ${missing.join(" and ")} is away.`);
    return {
      status: "ready",
      open_delivery_count: status.openDeliveryCount,
      dead_delivery_count: status.deadDeliveryCount,
      oldest_undelivered_critical_ms: status.oldestUndeliveredCriticalMs,
    };

    function notReady(missing: readonly string[], message: string) {
      return sendError(reply, { code: "unavailable", message, details: { missing } });
    }
  });

  async function statusOf(log: FastifyBaseLogger): Promise<EngineStatus | null> {
    try {
      return await engine.status();
    } catch (error) {
      log.warn({ err: error }, "engine status failed");
      return null;
    }
  }
}
