import type { FastifyInstance } from "fastify";
import { Type } from "typebox";

const schema = {
  operationId: "healthz",
  tags: ["operation"],
  summary: "Whether the process lives",
  response: { 200: Type.Object({ status: Type.Literal("ok") }, { description: "It does." }) },
};

/** `GET /healthz`: 200 as long as the process can answer at all. */
export function healthz(app: FastifyInstance): void {
  app.get("/healthz", { schema }, async () => ({ status: "ok" }));
}
