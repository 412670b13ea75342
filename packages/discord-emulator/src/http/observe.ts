import type { FastifyReply, FastifyRequest } from "fastify";
import { redactPath } from "./redact-path.ts";
import type { Served } from "./serve.ts";
import type { Services } from "./services.ts";

/** Follows requests to their end and writes them down. */
export interface Observer {
  start(request: FastifyRequest, reply: FastifyReply): void;
  /** Says how a request is going to be answered. Called before the answer is sent. */
  finish(request: FastifyRequest, served: Served): void;
}

/**
 * A request has ended when its connection is done with it; only then is it known whether the answer went out. A write
 * whose answer was replaced, cut, or met a closed connection is a lost answer.
 */
export function createObserver({ world, journal, invalidRequests }: Services): Observer {
  const finishers = new WeakMap<FastifyRequest, (served: Served) => void>();

  function write(
    request: FastifyRequest,
    reply: FastifyReply,
    startedAt: number,
    durationMs: number,
    served: Served,
  ): void {
    const { delivery, wrote, bodyExcerpt, isAnswerReplaced } = served;
    const isSent = delivery.kind === "send";
    if (wrote && (isAnswerReplaced || !reply.raw.writableFinished)) journal.noteLostAnswer(wrote);
    if (isSent) invalidRequests.note(request.ip, delivery.status, delivery.scope);
    const record = {
      method: request.method,
      path: redactPath(request.originalUrl),
      status: isSent ? delivery.status : null,
      at: startedAt,
      duration_ms: Math.round(durationMs * 10) / 10,
      ...(bodyExcerpt ? { body_excerpt: bodyExcerpt } : {}),
    };
    journal.note(record, isSent ? delivery.scope : undefined);
  }

  return {
    start(request, reply) {
      const startedAt = world.state.now();
      const started = performance.now();
      let isClosed = false;
      let served: Served | undefined;
      const end = () => served && write(request, reply, startedAt, performance.now() - started, served);
      reply.raw.once("close", () => {
        isClosed = true;
        end();
      });
      finishers.set(request, (how) => {
        if (served) return;
        served = how;
        if (isClosed) end();
      });
    },
    finish: (request, served) => finishers.get(request)?.(served),
  };
}
